import { expect, test } from 'bun:test'
import { statement } from '../../prove/testing/database'
import { Browser, installation } from './testing'
import { testNode } from './testing/node'

test('guests who did nothing and can never come back are deleted, with sessions that ran out; nobody else is', async () => {
  const here = await installation()
  const node = await testNode(here.url)
  const come = async (name: string): Promise<string> => {
    const { body } = await new Browser(here.auth).post('/sign-in/anonymous', { name })
    return (body['user'] as { id: string }).id
  }
  const [gone, wrote, signedIn] = [await come('Lewat'), await come('Menulis'), await come('Masih di sini')]
  const fresh = await come('Baru')
  await node.call({ id: wrote, name: 'Menulis', role: 'guest' }, 'people.profile', { lang: 'id' })
  const user = await node.user('Budi', 'student')
  await statement(here.url, `UPDATE auth."user" SET "createdAt" = now() - interval '8 days' WHERE name <> 'Baru'`)
  await statement(
    here.url,
    `UPDATE auth.session SET "expiresAt" = now() - interval '1 s' WHERE "userId" NOT IN ('${signedIn}', '${fresh}')`,
  )
  const duty = node.registry.duties.find(({ name }) => name === 'people.tidy')!
  expect(await duty.run()).toEqual({ more: false })
  await duty.run()
  const left = await node.sql.query<{ id: string }>('SELECT id FROM auth."user"')
  expect(new Set(left.map(({ id }) => id))).toEqual(new Set([wrote, signedIn, fresh, user.id]))
  expect(left.some(({ id }) => id === gone)).toBe(false)
  expect((await node.sql.query('SELECT 1 FROM auth.session')).length).toBe(2)
  await node.stop()
  await here.stop()
}, 30_000)
