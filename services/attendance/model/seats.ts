/** A board as people read it: a seat for everybody who is expected or came, and how many of each. */
import type { Board, Counts, Entry, Mark, MarkStatus, Person, Refused, Session, Status } from '../model'

export interface Seat extends Person {
  status: Status
  /** Not on the list. */
  walkIn: boolean
  records: Entry[]
  /** The last that was taken back or declined, where nothing else is recorded. */
  undone?: Entry | undefined
  mark?: Mark | undefined
  refused?: Refused | undefined
}

/** Everybody who is expected or came, with what holds for them now. */
export function seats(board: Board): Seat[] {
  const byUser = Map.groupBy(board.records, ({ user }) => user)
  const undone = new Map(board.undone.map((one) => [one.user, one]))
  const marks = new Map(board.marks.map((mark) => [mark.user, mark]))
  const refusals = new Map(board.refusals.map((one) => [one.user, one]))
  const people = new Map(board.people.map(({ id, name }) => [id, { id, name, walkIn: false }]))
  for (const { user, name } of [...board.records, ...board.undone, ...board.marks, ...board.refusals]) {
    if (!people.has(user)) people.set(user, { id: user, name, walkIn: board.people.length > 0 })
  }
  return [...people.values()].map((person) => {
    const [records, mark, refused] = [byUser.get(person.id) ?? [], marks.get(person.id), refusals.get(person.id)]
    const status = statusOf(records, mark, board.session.status)
    const last = records.length === 0 ? undone.get(person.id) : undefined
    return {
      ...{ ...person, status, records },
      ...(last ? { undone: last } : {}),
      ...(mark ? { mark } : {}),
      ...(refused ? { refused } : {}),
    }
  })
}

/** What a teacher says stands above what was recorded; a record for a teacher to judge is neither. */
export function statusOf(
  records: readonly Pick<Entry, 'direction' | 'state' | 'late'>[],
  mark: { status: MarkStatus } | undefined,
  session: Session['status'],
): Status {
  if (mark) return mark.status
  const ins = records.filter(
    ({ direction, state }) => direction === 'in' && (state === 'accepted' || state === 'pending'),
  )
  const accepted = ins.filter(({ state }) => state === 'accepted')
  if (accepted.length > 0) return accepted.some(({ late }) => !late) ? 'present' : 'late'
  if (ins.length > 0) return 'pending'
  return session === 'closed' ? 'absent' : 'waiting'
}

export function countsOf(board: Board): Counts {
  const counts: Counts = {
    ...{ expected: board.people.length, present: 0, late: 0, pending: 0, excused: 0, absent: 0, waiting: 0, out: 0 },
  }
  for (const { status, records } of seats(board)) {
    counts[status]++
    if (records.filter(({ state }) => state === 'accepted').at(-1)?.direction === 'out') counts.out++
  }
  return counts
}
