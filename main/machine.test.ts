import { expect, test } from 'bun:test'
import { createServer, type Server } from 'node:net'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as health from '../services/watch/model/health'
import { placeConfig } from './config'
import { lookAtMachine, mailOf } from './machine'

/** A mail server that wants a password, as far as RFC 5321 and 4954 go before any mail. */
async function mailServer(password: string): Promise<{ port: number; greeted: () => number; stop(): void }> {
  let greeted = 0
  const good = Buffer.from(`\0alun\0${password}`).toString('base64')
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('220 mail.kampus.test ESMTP\r\n')
    socket.on('data', (chunk) => {
      const line = chunk.toString().trim()
      if (line.startsWith('EHLO')) {
        greeted++
        socket.write('250-mail.kampus.test\r\n250 AUTH PLAIN\r\n')
      } else if (line === `AUTH PLAIN ${good}`) socket.write('235 welcome\r\n')
      else if (line.startsWith('AUTH')) socket.write('535 no\r\n')
      else socket.end('221 bye\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { port, greeted: () => greeted, stop: () => void server.close() }
}

const look = async (SMTP_URL: string | undefined, ALUN_PUBLIC_URL = 'https://alun.kampus.test') =>
  health.mail(await mailOf(placeConfig({}, { SMTP_URL, ALUN_PUBLIC_URL })))

test('a mail server is really spoken to and signed in at; what is wrong is said without the password', async () => {
  const server = await mailServer('rahasia')
  const at = (password: string): string => `smtp://alun:${password}@127.0.0.1:${server.port}`
  expect(await look(at('rahasia'))).toMatchObject({ verdict: 'ok', found: { en: `127.0.0.1:${server.port} takes us` } })
  expect(server.greeted()).toBe(1)
  expect(await look(at('rahasia'), '')).toMatchObject({ verdict: 'warn' })
  const wrong = await look(at('salah-semua'))
  expect(wrong).toMatchObject({ verdict: 'fail', about: 'mail' })
  expect(JSON.stringify(wrong)).not.toContain('salah-semua')
  server.stop()
  expect(await look(at('rahasia'))).toMatchObject({ verdict: 'fail' })
  expect(await look(undefined)).toMatchObject({ verdict: 'ok' })
}, 30_000)

test('the machine is looked at as it is: its disk, the age of the last backup, and a folder that is not there yet', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'alun-machine-'))
  const place = { ...placeConfig({ data: dataDir }, {}), isElsewhere: false }
  const none = await lookAtMachine(place)
  expect(none).toEqual({
    ...{ freeBytes: none.freeBytes, mail: 'none' },
    backups: { kept: 7, isElsewhere: false, isDemo: false },
  })
  expect(none.freeBytes).toBeGreaterThan(0)
  // What can be written, not how large the disk is: told apart where much is on it, whatever others write meanwhile.
  const { bavail, blocks, bsize } = statfsSync(dataDir)
  if ((blocks - bavail) * bsize > 4e9) expect(Math.abs(none.freeBytes - bavail * bsize)).toBeLessThan(2e9)
  const file = join(dataDir, 'backups', 'alun-2026-03-01T02-00.tar.gz')
  await Bun.write(file, 'x')
  const { backups } = await lookAtMachine(place)
  expect(Date.now() - backups.lastAt!).toBeWithin(-1000, 60_000)
  expect((await lookAtMachine({ ...place, dataDir: join(dataDir, 'later', 'on') })).freeBytes).toBeGreaterThan(0)
  rmSync(dataDir, { recursive: true })
})
