import { StartFailure } from '../../cluster/failure'
import { Refusal } from '../../protocol/errors'
import { environment, placeConfig } from '../config'
import { UsageError, type Command } from './command'
import { databaseOf } from './place'

export const admin: Command = {
  summary: 'makes the first admin, without a browser; the password is read from standard input',
  settings: ['data'],
  options: {
    email: { placeholder: 'ADDRESS', help: 'with which the admin signs in' },
    name: { placeholder: 'NAME', help: 'how others see the admin (Admin)' },
    lang: { placeholder: 'en|id', help: 'the language of the admin' },
    zone: { placeholder: 'ZONE', help: 'the time zone of the admin, such as Asia/Jakarta' },
  },
  async run(flags) {
    if (typeof flags.email !== 'string') throw new UsageError('who? give --email ADDRESS')
    const databaseUrl = databaseOf(placeConfig(flags, environment()))
    const password = (await Bun.stdin.text()).split('\n')[0]!.trim()
    const { makeAdmin } = await import('../setup')
    const manner = { lang: textOf(flags.lang), zone: textOf(flags.zone) }
    const wish = { name: String(flags.name ?? 'Admin'), email: flags.email, password, ...manner }
    await makeAdmin(databaseUrl, wish).catch((error: unknown) => {
      throw error instanceof Refusal ? new StartFailure(error.say('en')) : error
    })
    process.stdout.write(`${flags.email} is the admin\n`)
  },
}

const textOf = (flag: string | boolean | undefined): string | undefined => (typeof flag === 'string' ? flag : undefined)
