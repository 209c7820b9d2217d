/** The one-time setup link, while no admin exists. */
import { Db } from '../kernel/db'
import { makeSetupToken } from '../services/people/first-admin'

/** @returns a fresh token in place of any earlier one; undefined when there is an admin. */
export async function setupToken(databaseUrl: string): Promise<string | undefined> {
  const db = new Db(databaseUrl, 'alun/setup')
  try {
    return await makeSetupToken(db.lane('setup', { connections: 1 }))
  } finally {
    await db.close()
  }
}
