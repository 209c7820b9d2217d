/** What a batch of checks has to know of people and proofs, before and while it is decided. */
import type { Tx } from '../../kernel/batch'
import { isFromNetwork, knows, readTicket, ticketMs } from './codes'
import type { Desk } from './desk'
import type { CodeVerdict, Proof } from './model/decide'
import * as rows from './rows'
import type { MemberRow, RecordRow, SessionRow } from './rows'
import type { CheckInput } from './schemas'

/** One try, whichever way it came. */
export interface Try {
  actor: string
  node: string
  user: string
  name: string
  guest: boolean
  input: CheckInput
  /** A card reader vouches for the person. */
  card?: boolean
  /** Kept with the attempt. */
  details?: Record<string, unknown>
}

const keysOf = (tries: readonly Try[]): [sessions: string[], users: string[]] => [
  tries.map(({ input }) => input.session),
  tries.map(({ user }) => user),
]

/** What is known of the people of a batch, and of what was decided in it so far. */
export class Known {
  private readonly members = new Map<string, MemberRow>()
  private readonly records = new Map<string, RecordRow>()
  private readonly wrong = new Map<string, number>()
  private readonly scans = new Map<string, string>()

  /**
   * Asks in one go, without waiting for the desk to be open: what is sent after the locks is read under them.
   * Only whose scans these were needs the session's secret first.
   */
  static async read(tx: Tx, opening: Promise<Desk>, tries: readonly Try[]): Promise<Known> {
    const known = new Known()
    const typed = tries.filter(({ input }) => input.code !== undefined)
    const [members, records, wrong, desk] = await Promise.all([
      rows.membersAmong(tx, ...keysOf(tries)),
      rows.lastRecords(tx, ...keysOf(tries)),
      typed.length > 0 ? rows.wrongCodes(tx, ...keysOf(typed)) : [],
      opening,
    ])
    for (const row of members) known.members.set(`${row.session} ${row.user_id}`, row)
    for (const row of records) known.accepted(row)
    for (const row of wrong) known.wrong.set(`${row.session} ${row.user_id}`, row.count)
    const scanned = typed.flatMap(({ input }) => {
      const session = desk.sessions.get(input.session)
      const ticket = session && readTicket(session, input.code!)
      return ticket ? [{ session: input.session, scan: ticket.scan }] : []
    })
    if (scanned.length > 0) {
      const [sessions, scans] = [scanned.map(({ session }) => session), scanned.map(({ scan }) => scan)]
      for (const row of await rows.usedScans(tx, sessions, scans)) {
        known.scans.set(`${row.session} ${row.scan}`, row.user_id)
      }
    }
    return known
  }

  member(session: SessionRow, user: string): { listed: boolean; exempt: readonly string[] } {
    const found = this.members.get(`${session.id} ${user}`)
    return { listed: found !== undefined, exempt: found?.exempt ?? [] }
  }

  last(session: string, user: string, direction: string): RecordRow | undefined {
    return this.records.get(`${session} ${user} ${direction}`)
  }

  accepted(row: RecordRow): void {
    this.records.set(`${row.session} ${row.user_id} ${row.direction}`, row)
    if (row.scan !== null) this.scans.set(`${row.session} ${row.scan}`, row.user_id)
  }

  refused(session: string, user: string, reason: string): void {
    const key = `${session} ${user}`
    if (reason === 'wrong_code') this.wrong.set(key, (this.wrong.get(key) ?? 0) + 1)
  }

  proofOf(session: SessionRow, { user, input, card }: Try): { proof: Proof; scan: string | undefined } {
    const nowMs = session.now.getTime()
    const { position, capturedAt, network, code } = input
    const shown = code === undefined ? undefined : this.codeOf(session, user, code, nowMs)
    const proof: Proof = {
      ...{ code: shown?.code, scannedMs: shown?.scannedMs },
      ...(position ? { position: { ...position, ageMs: position.age } } : {}),
      capturedMs: capturedAt === undefined ? undefined : Date.parse(capturedAt),
      network: network === undefined ? undefined : isFromNetwork(session, user, nowMs, network),
      ...{ card, wrongCodes: this.wrong.get(`${session.id} ${user}`) ?? 0 },
    }
    return { proof, scan: shown?.scan }
  }

  private codeOf(
    session: SessionRow,
    user: string,
    code: string,
    nowMs: number,
  ): { code: CodeVerdict; scannedMs?: number; scan?: string } {
    const ticket = readTicket(session, code)
    if (!ticket) {
      const kind = knows(session, session.rules.codeSeconds * 1000, nowMs, code)
      return { code: kind === undefined ? 'wrong' : kind === 'scanned' ? 'scanned' : 'right' }
    }
    const owner = this.scans.get(`${session.id} ${ticket.scan}`)
    if (owner !== undefined && owner !== user) return { code: 'used' }
    if (nowMs > ticket.issuedMs + ticketMs) return { code: 'expired' }
    return { code: 'scanned', scannedMs: ticket.issuedMs, scan: ticket.scan }
  }
}
