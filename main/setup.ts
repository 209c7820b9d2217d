/** The first admin: by the one-time setup link, while there is none, or by whoever operates the machine. */
import { readFile } from 'node:fs/promises'
import { StartFailure } from '../cluster/failure'
import { Db } from '../kernel/db'
import { parse } from '../kernel/service'
import { Refusal } from '../protocol/errors'
import { makeFirstAdmin, makeSetupToken } from '../services/people/first-admin'
import { setup } from '../services/people/model'
import { hashPassword } from '../services/people/passwords'
import type { AdminWish } from './config'

/** @returns a fresh token in place of any earlier one; undefined when there is an admin. */
export async function setupToken(databaseUrl: string): Promise<string | undefined> {
  const db = new Db(databaseUrl, 'alun/setup')
  try {
    return await makeSetupToken(db.lane('setup', { connections: 1 }))
  } finally {
    await db.close()
  }
}

export interface FirstAdmin {
  name: string
  email: string
  password: string
  lang?: string | undefined
  zone?: string | undefined
}

/** @throws Refusal `invalid`, `conflict` (there is an admin, or the address has an account) */
export async function makeAdmin(databaseUrl: string, admin: FirstAdmin): Promise<void> {
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

/**
 * Makes the admin that the environment wishes, while there is none.
 * @returns whether it was made. @throws StartFailure in words that hold no secret
 */
export async function makeWishedAdmin(databaseUrl: string, { passwordFile, ...wish }: AdminWish): Promise<boolean> {
  if ((await setupToken(databaseUrl)) === undefined) return false
  const text = await readFile(passwordFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartFailure(`the file of ALUN_ADMIN_PASSWORD_FILE cannot be read (${error.code})`)
  })
  await makeAdmin(databaseUrl, { ...wish, password: text.split('\n')[0]!.trim() }).catch((error: unknown) => {
    throw error instanceof Refusal ? new StartFailure(`the first admin: ${error.say('en')}`) : error
  })
  return true
}
