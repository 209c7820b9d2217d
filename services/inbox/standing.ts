/** How it stands with the keys by which push services know this installation. */
import type { Sql } from '../../kernel/db'
import { hasServerKey } from './push/server-key'

export async function pushStanding(
  sql: Sql,
  secret: string,
): Promise<{ key: 'ours' | 'none' | 'lost'; devices: number }> {
  const [row] = await sql.query<{ devices: number; keys: number }>(
    `SELECT (SELECT count(*)::int FROM inbox.device) AS devices, (SELECT count(*)::int FROM inbox.server_key) AS keys`,
  )
  const { devices, keys } = row!
  if (await hasServerKey(sql, secret)) return { key: 'ours', devices }
  return { key: keys > 0 && devices > 0 ? 'lost' : 'none', devices }
}
