import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../cluster/ports'
import { commands } from './cli/commands'
import { helpOf, optionsOf, readWords, UsageError } from './cli/command'
import { namesOf, secondsOf } from './cli/token'

/** `alun …` as somebody types it. */
function alun(words: string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, `${import.meta.dir}/cli.ts`, ...words], { env })
  return { exitCode, out: stdout.toString(), err: stderr.toString() }
}

test('an unknown command is told in one line, with exit code 2', () => {
  expect(alun(['dance'])).toEqual({ exitCode: 2, out: '', err: 'alun: there is no command "dance"; see: alun help\n' })
  expect(alun(['constructor']).exitCode).toBe(2)
})

test('a wrong flag and a wrong value stop the start in one line', () => {
  expect(alun(['up', '--prot', '1'])).toEqual({
    exitCode: 2,
    out: '',
    err: "alun: Unknown option '--prot'; see: alun up --help\n",
  })
  const err = 'alun: --port "ninety" is not allowed: a port from 1 to 65535\n'
  expect(alun(['up', '--port', 'ninety'])).toEqual({ exitCode: 2, out: '', err })
  expect(alun(['up'], { ALUN_NODES: 'x' }).err).toStartWith('alun: ALUN_NODES "x" is not allowed: ')
  expect(alun(['node']).err).toStartWith('alun: DATABASE_URL is not set')
  expect(alun(['up', 'now']).exitCode).toBe(2)
  expect(alun(['up', '--port']).exitCode).toBe(2)
})

test('what stands in the way of a start is told in one line', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'alun-cli-'))
  const port = String(await freePort())
  const up = (words: string[], env = {}) => alun(['up', '--data', dataDir, '--port', port, ...words], env)
  try {
    expect(up([], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })).toEqual({
      exitCode: 1,
      out: '',
      err: 'alun: the database could not be brought to this version: connect ECONNREFUSED 127.0.0.1:1\n',
    })
    const tls = up(['--tls', '/no.crt,/no.key'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })
    expect(tls.err).toBe('alun: the file /no.crt of --tls cannot be read (ENOENT)\n')
    expect(alun(['up', '--data', '/proc/none', '--port', port]).err).toBe(
      'alun: the data folder /proc/none cannot be written (ENOENT): choose another with --data\n',
    )
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('help lists every command, and each command tells its flags', async () => {
  const { out, exitCode } = alun(['help'])
  expect(exitCode).toBe(0)
  for (const [name, load] of Object.entries(commands)) {
    expect(out).toContain(`  ${name} `)
    const command = await load()
    const help = helpOf(name, command)
    for (const flag of Object.keys(optionsOf(command))) expect(help).toContain(`--${flag}`)
  }
  expect(alun(['up', '--help']).out).toContain('--port PORT')
  expect(alun(['help', 'token']).out).toContain('--ttl TIME')
  expect(alun(['version']).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('commands that need a cluster say so when there is none', () => {
  for (const name of ['roll', 'migrate', 'token']) {
    const { exitCode, err } = alun([name, '--data', '/nowhere', ...(name === 'token' ? ['--user', 'ana'] : [])])
    expect([name, exitCode]).toEqual([name, 1])
    expect(err).toMatch(/^alun: no cluster runs on \/nowhere: .*\n$/)
  }
})

test('flags are read by what the command takes', async () => {
  const up = await commands.up!()
  expect(readWords('up', up, ['--port', '9000', '--demo']).flags).toEqual({ port: '9000', demo: true })
  expect(() => readWords('up', up, ['--user', 'ana'])).toThrow(UsageError)
})

test('words without a flag are what the command names, in its order', async () => {
  const drop = await commands.drop!()
  expect(readWords('drop', drop, ['verify', 'abc', '--url', 'http://x']).values).toEqual({ ID: 'abc' })
  for (const words of [[], ['verify'], ['verify', 'a', 'b'], ['check', 'a'], ['verify', '']]) {
    expect(() => readWords('drop', drop, words)).toThrow('expected: verify ID; see: alun drop --help')
  }
  expect(helpOf('drop', drop)).toStartWith('alun drop verify ID [options]\n')
})

test('a token is for one user, or for many of one kind', () => {
  expect(namesOf({ user: 'ana' })).toEqual(['ana'])
  expect(namesOf({ count: '3', prefix: 'load' })).toEqual(['load1', 'load2', 'load3'])
  expect(namesOf({ count: '1' })).toEqual(['user1'])
  expect(() => namesOf({})).toThrow('give --user NAME, or --count N')
  expect(() => namesOf({ user: 'ana', count: '2' })).toThrow('goes without')
  for (const count of ['0', '-1', 'x', '100001']) expect(() => namesOf({ count })).toThrow('a number from 1 to 100000')
})

test('a time to live is a number and a unit', () => {
  expect(['90', '90s', '30m', '1h', '7d'].map(secondsOf)).toEqual([90, 90, 1800, 3600, 604_800])
  for (const text of ['', '0', '1y', 'h', '1.5h', '-1h']) expect(() => secondsOf(text)).toThrow('is not allowed')
})
