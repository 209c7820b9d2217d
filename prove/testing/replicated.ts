/** A PostgreSQL with a standby, for tests that let the one die and the other take over. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownPostgres, statement, statementRows, type OwnPostgres } from './database'
import { PostgresServer } from './server'
import { until } from './until'

export interface Replicated extends OwnPostgres {
  standby: PostgresServer
  /** Of the standby alone. */
  standbyUrl: string
  /** Nothing more arrives at the standby. A primary that waits for it confirms nothing any more. */
  cut(): Promise<void>
  /** The standby takes over: from now on it takes writes. */
  promote(): Promise<void>
}

/**
 * A migrated database on two servers of one's own; `url` names both.
 * @param sync whether the primary confirms only what the standby has.
 */
export async function replicatedPostgres(sync: 'sync' | 'async' = 'sync'): Promise<Replicated> {
  const primary = await ownPostgres({ durable: true })
  const { server } = primary
  // A copy of a server that has stopped in order is as good as a backup of one that runs.
  await server.stop()
  const standby = await PostgresServer.create({ durable: true }, server)
  await writeFile(join(standby.dataDir, 'standby.signal'), '')
  const from = `host=${server.socketDir} user=postgres application_name=standby`
  await configure(standby, `primary_conninfo = '${from}'`)
  // Not before there is one: nothing could be committed.
  if (sync === 'sync') await configure(server, `synchronous_standby_names = '*'`)
  await server.start()
  await standby.start()
  const follows = async (): Promise<boolean> =>
    (
      await statementRows(
        server.url(),
        `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = $1`,
        [sync],
      )
    ).length === 1
  await until(follows, { what: 'the standby to follow', timeoutMs: 20_000 })
  const hosts = (one: PostgresServer): string => encodeURIComponent(one.socketDir)
  const at = (host: string): string => primary.url.replace(/host=.*/, `host=${host}`)
  const standbyUrl = at(hosts(standby))
  return {
    ...{ server, standby, standbyUrl },
    // The standby first: nobody may mistake the first one for the one that takes writes.
    url: at(`${hosts(standby)},${hosts(server)}`),
    async cut() {
      await statement(standby.url(), `ALTER SYSTEM SET primary_conninfo = ''`)
      await statement(standby.url(), 'SELECT pg_reload_conf()')
      const isCut = async (): Promise<boolean> =>
        (await statementRows(standby.url(), 'SELECT 1 FROM pg_stat_wal_receiver')).length === 0
      await until(isCut, { what: 'the standby to stop following' })
    },
    promote: () => statement(standbyUrl, 'SELECT pg_promote()'),
    async stop() {
      await standby.destroy()
      await primary.stop()
    },
  }
}

function configure({ dataDir }: PostgresServer, line: string): Promise<void> {
  return appendFile(join(dataDir, 'postgresql.auto.conf'), `${line}\n`)
}
