/** The first admin: by the one-time setup link, while there is none, or by whoever operates the machine. */
import { Db } from '../kernel/db'
import { parse } from '../kernel/service'
import { makeFirstAdmin, makeSetupToken } from '../services/people/first-admin'
import { setup } from '../services/people/model'
import { hashPassword } from '../services/people/passwords'

/** @returns a fresh token in place of any earlier one; undefined when there is an admin. */
export async function setupToken(databaseUrl: string): Promise<string | undefined> {
  const db = new Db(databaseUrl, 'alun/setup')
  try {
    return await makeSetupToken(db.lane('setup', { connections: 1 }))
  } finally {
    await db.close()
  }
}

/** @throws Refusal `invalid`, `conflict` (there is an admin, or the address has an account) */
export async function makeAdmin(
  databaseUrl: string,
  admin: { name: string; email: string; password: string },
): Promise<void> {
  const db = new Db(databaseUrl, 'alun/setup')
  try {
    const lane = db.lane('setup', { connections: 1 })
    // The same way in as the link has: what is true of that is true of this.
    const wanted = parse(setup, { ...admin, token: (await makeSetupToken(lane)) ?? 'none' })
    await makeFirstAdmin(lane, wanted, await hashPassword(wanted.password))
  } finally {
    await db.close()
  }
}
