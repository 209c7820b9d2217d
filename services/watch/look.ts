/** Gathers the facts that `health.ts` judges: from the database, the cluster's heartbeats, and the machine asked. */
import type { Sql } from '../../kernel/db'
import { query, type Ground } from '../../kernel/service'
import * as health from './model/health'
import type { WatchMeans } from './means'
import { empty, health as healthOutput } from './schemas'

/** What of it can't be known while the database is away is left out: that it is away says why. */
export const healthOf = (means: WatchMeans) =>
  query({
    name: 'watch.health',
    summary: 'How the installation is, and what to do about what is wrong.',
    roles: ['admin'],
    input: empty,
    output: healthOutput,
    oneStatement: true,
    async run(sql, _actor, _input, ground) {
      const [machine, database, push, failed] = await Promise.all([
        means.machine(),
        look(sql).catch(() => undefined),
        means.push(sql).catch(() => undefined),
        failedJobs(means).catch(() => undefined),
      ])
      const now = ground.now()
      return {
        node: ground.node,
        findings: [
          ...ofCluster(ground),
          ...[health.database(database), ...(failed === undefined ? [] : [health.jobs(failed)])],
          ...[health.disk(machine), health.backups(machine.backups, now), health.certificate(machine, now)],
          ...[health.mail(machine.mail), ...(push ? [health.push(push, machine)] : [])],
        ],
      }
    },
  })

function ofCluster(ground: Ground): health.Finding[] {
  const members = ground.members()
  const clocks = members.flatMap(({ id, clockMs }) => (clockMs === undefined ? [] : [{ id, clockMs }]))
  return [
    ...[health.nodes(members, ground.leader()), health.version(members), health.lag(members)],
    ...[health.bus(members), health.clock(clocks)],
  ]
}

async function look(sql: Sql): Promise<health.Database> {
  const [row] = await sql.query<{ version: string; bytes: number; replicas: { name: string; behindMs: number }[] }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
       pg_database_size(current_database())::float8 AS bytes,
       (SELECT coalesce(json_agg(json_build_object('name', application_name,
          'behindMs', coalesce(round(extract(epoch FROM replay_lag) * 1000), 0))), '[]')
        FROM pg_stat_replication WHERE state = 'streaming') AS replicas`,
  )
  return row!
}

async function failedJobs(means: WatchMeans): Promise<number> {
  const queues = await means.jobs().overview()
  return queues.reduce((sum, { failed }) => sum + failed, 0)
}
