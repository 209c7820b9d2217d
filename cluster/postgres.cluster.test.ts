import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { errorOf, until } from '../prove/testing/until'
import { startPostgres, type RunningPostgres } from './postgres'
import { findBinaries, healLinks } from './postgres/binaries'
import { guard } from './postgres/guard'
import { namespacePrefix } from './postgres/identity'
import { postmasterPid } from './postgres/leftover'
import { socketFolder } from './postgres/socket'
import { isAlive, signal } from './processes'
import { TestCluster } from './testing/cluster'

const limitMs = 30_000
const isRoot = process.getuid?.() === 0
let dataDir: string
const started: RunningPostgres[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'alun-postgres-'))
})

afterEach(async () => {
  for (const each of started.splice(0)) await each.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function start(dir = dataDir): Promise<RunningPostgres> {
  const running = await startPostgres({ dataDir: dir })
  started.push(running)
  return running
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

const setting = async (url: string, name: string): Promise<unknown> => (await query(url, `SHOW ${name}`))[0]![name]

describe('PostgreSQL', () => {
  test(
    'is durable, reached by a socket of ours alone, and sorts the same on every machine',
    async () => {
      const { url, pid } = await start()
      const wanted = {
        synchronous_commit: 'on',
        fsync: 'on',
        full_page_writes: 'on',
        listen_addresses: '',
        max_connections: '200',
        wal_init_zero: 'off',
        jit: 'off',
      }
      for (const [name, value] of Object.entries(wanted))
        expect([name, await setting(url, name)]).toEqual([name, value])
      const [database] = await query(
        url,
        `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale FROM pg_database WHERE datname = 'alun'`,
      )
      expect(database).toEqual({ encoding: 'UTF8', datlocprovider: 'b', datlocale: 'C.UTF-8' })
      expect(statSync(join(dataDir, 'run')).mode & 0o777).toBe(0o700)
      expect(isAlive(pid)).toBe(true)
      expect(postmasterPid(join(dataDir, 'postgres'))).toBe(pid)
    },
    limitMs,
  )

  test(
    'keeps what was committed through kill -9',
    async () => {
      const first = await start()
      await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS it')
      signal(first.pid, 'SIGKILL')
      await first.exited
      const second = await start()
      expect(second.url).toBe(first.url)
      expect(await query(second.url, 'SELECT it FROM kept')).toEqual([{ it: 42 }])
    },
    limitMs,
  )

  test(
    'is started beside backends that have not yet noticed the death of their server',
    async () => {
      const first = await start()
      const client = new pg.Client({ connectionString: first.url })
      client.on('error', () => undefined)
      await client.connect()
      const sum = 'SELECT sum(a * b) FROM generate_series(1, 20000) a, generate_series(1, 20000) b'
      const busy = errorOf(client.query(sum))
      const isBusy = `SELECT 1 FROM pg_stat_activity WHERE query = '${sum}'`
      await until(async () => (await query(first.url, isBusy)).length)
      signal(first.pid, 'SIGKILL')
      await first.exited
      const second = await start()
      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      expect(await busy).toBeInstanceOf(Error)
    },
    limitMs,
  )

  test(
    'ends a server that an earlier life left on the folder, and starts its own',
    async () => {
      const orphan = await start()
      const ours = await start()
      expect(ours.pid).not.toBe(orphan.pid)
      await orphan.exited
      expect(await query(ours.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    },
    limitMs,
  )

  test(
    'is not kept from starting by a stranger who got the pid of its last life',
    async () => {
      const { stop } = await start()
      await stop()
      const stranger = Bun.spawn(['sleep', '1000'])
      writeFileSync(
        join(dataDir, 'postgres/postmaster.pid'),
        `${stranger.pid}\n${dataDir}/postgres\n1\n5432\n${dataDir}/run\n\n 1 1\nready\n`,
      )
      await start()
      expect(isAlive(stranger.pid)).toBe(true)
      stranger.kill()
    },
    limitMs,
  )

  test('refuses data of another major version in words', async () => {
    mkdirSync(join(dataDir, 'postgres'))
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n')
    expect(String(await errorOf(start()))).toMatch(/was made by PostgreSQL 17 and this is PostgreSQL 18: make a backup/)
  })

  test('does not take any folder of that name for its own', async () => {
    mkdirSync(join(dataDir, 'postgres'))
    expect(String(await errorOf(start()))).toContain('holds no database')
  })

  test(
    'says why it did not start',
    async () => {
      const { stop } = await start()
      await stop()
      writeFileSync(join(dataDir, 'postgres/postgresql.conf'), 'no_such_setting = 1\n')
      expect(String(await errorOf(start()))).toMatch(/PostgreSQL did not start: .*(no_such_setting|configuration file)/)
    },
    limitMs,
  )

  test(
    'lies as deep as one likes: a socket path that is too long goes elsewhere',
    async () => {
      const deep = join(dataDir, 'd'.repeat(60), 'e'.repeat(60))
      mkdirSync(deep, { recursive: true })
      const { url } = await start(deep)
      const folder = socketFolder(deep)
      expect(folder).not.toStartWith(deep)
      expect(url).toContain(encodeURIComponent(folder))
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      await started.pop()!.stop()
      rmSync(folder, { recursive: true })
      // Somebody was there first.
      symlinkSync(dataDir, folder)
      expect(String(await errorOf(start(deep)))).toContain('belongs to somebody else')
      rmSync(folder)
    },
    limitMs,
  )

  test('gets the links between its libraries where install scripts did not run', async () => {
    const { root } = await findBinaries()
    const copy = join(dataDir, 'package')
    cpSync(join(root, 'pg-symlinks.json'), join(copy, 'native/pg-symlinks.json'))
    const links = JSON.parse(readFileSync(join(root, 'pg-symlinks.json'), 'utf8')) as {
      source: string
      target: string
    }[]
    for (const { source } of links) {
      mkdirSync(dirname(join(copy, source)), { recursive: true })
      writeFileSync(join(copy, source), source)
    }
    healLinks(copy)
    healLinks(copy)
    for (const { source, target } of links) expect(readFileSync(join(copy, target), 'utf8')).toBe(source)
  })
})

describe('the guard', () => {
  // Linux asks the kernel; elsewhere a shell waits for a pipe. Both are tried here, the second as if setpriv were missing.
  const kinds = [
    ['by the kernel', Bun.which('setpriv')],
    ['by a pipe', null],
  ] as const

  test.each(kinds)('sends SIGINT to the command when we are killed, %s', async (_, setpriv) => {
    const file = join(dataDir, 'said')
    const victim = `
      process.on('SIGINT', () => { require('fs').writeFileSync('${file}', 'interrupted'); process.exit() })
      require('fs').writeFileSync('${file}.pid', String(process.pid))
      setInterval(() => undefined, 1000)`
    const script = `
      const { guard } = await import(${JSON.stringify(`${import.meta.dir}/postgres/guard.ts`)})
      const { command, stdin } = guard([process.execPath, '-e', ${JSON.stringify(victim)}], (c) => c, ${JSON.stringify(setpriv)})
      Bun.spawn(command, { stdio: [stdin, 'ignore', 'ignore'], detached: true })
      setInterval(() => undefined, 1000)`
    const parent = Bun.spawn([process.execPath, '-e', script])
    const pid = await until(() => existsSync(`${file}.pid`) && Number(readFileSync(`${file}.pid`, 'utf8')))
    parent.kill('SIGKILL')
    await until(() => !isAlive(pid), { what: 'the command to end' })
    expect(readFileSync(file, 'utf8')).toBe('interrupted')
  })

  test.each(kinds)('ends with the command and its exit code, %s', async (_, setpriv) => {
    const { command, stdin } = guard(['sh', '-c', 'exit 7'], (words) => words, setpriv)
    const child = Bun.spawn(command, { stdio: [stdin, 'ignore', 'ignore'] })
    expect(await child.exited).toBe(7)
  })
})

describe('identity', () => {
  const uid = 54_321

  /** A cluster run by somebody, on a folder of theirs; resolves with whom its PostgreSQL runs as. */
  async function postgresUid(prefix: string[], owner: number, env?: Record<string, string>): Promise<number> {
    const up = await TestCluster.create({ empty: true })
    chownSync(up.options.dataDir, owner, owner)
    try {
      up.launch(prefix, env)
      await up.ready()
      const { postgresPid } = up.describe()
      return statSync(`/proc/${postgresPid}`).uid
    } finally {
      await up.destroy()
    }
  }

  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']
  const works = (command: string[]): boolean =>
    Bun.spawnSync(command, { stdio: ['ignore', 'ignore', 'ignore'] }).exitCode === 0
  const canBecome = isRoot && process.platform === 'linux' && works([...asUser, process.execPath, '--version'])
  const canUnshare = isRoot && works([...(namespacePrefix() ?? ['false']), 'true'])
  if (isRoot && !canBecome) console.log('skip: an ordinary user cannot go where this project lies')
  if (!isRoot) console.log('skip: only root can become somebody else')
  else if (!canUnshare) console.log('skip: user namespaces are not allowed here')

  // tidy: skip: an ordinary user cannot go where this project lies
  test.skipIf(isRoot && !canBecome)(
    'an ordinary user runs it as themselves',
    async () => {
      if (isRoot) expect(await postgresUid(asUser, uid)).toBe(uid)
      else expect(await postgresUid([], process.getuid!())).toBe(process.getuid!())
    },
    limitMs,
  )

  // tidy: skip: only root can become somebody else, and user namespaces have to be allowed
  test.skipIf(!canUnshare)(
    'root runs it on a folder of its own without another user',
    async () => {
      // In a user namespace it is `nobody` to itself and root, without root's powers, to the rest.
      expect(await postgresUid([], 0)).toBe(0)
    },
    limitMs,
  )

  // tidy: skip: only root can become somebody else
  test.skipIf(!canBecome)(
    "root runs it on a user's folder as that user",
    async () => {
      expect(await postgresUid([], uid)).toBe(uid)
    },
    limitMs,
  )

  // tidy: skip: only root can become somebody else
  test.skipIf(!canBecome)(
    'root without user namespaces runs it as nobody',
    async () => {
      const bin = join(dataDir, 'bin')
      mkdirSync(bin)
      for (const name of ['sh', 'setpriv']) symlinkSync(Bun.which(name)!, join(bin, name))
      chmodSync(dataDir, 0o755)
      expect(await postgresUid([], 0, { PATH: bin })).toBe(65_534)
    },
    limitMs,
  )
})
