/**
 * Whom a message addresses. Only people who can see the channel are found, so a name says nothing about who is elsewhere;
 * to address many takes a confirmation, and the right to. Each person is reached once, however they are named.
 */
import type { Tx } from '../../kernel/batch'
import type { Statement } from '../../kernel/db'
import { refuse, type Refusal } from '../../protocol/errors'
import type { MessageRow, PostCall } from './commands'
import { peopleCalled, peopleNamed, type Person } from './members'
import type { Mentions, MemberRole } from './model'
import { addressed, namedIn, type Addressed } from './model/mentions'
import { manyPeople, mayAddressAll, mayAddressMany, moderates } from './policy'
import { reachesMany, tooMany } from './texts'

export interface Mentioned {
  /** What the message carries, for readers to mark. */
  shown: Mentions
  /** Ids of those who are told. */
  people: string[]
}

export const needsMentions = ({ input }: Pick<PostCall, 'input'>): boolean =>
  input.text.includes('@') || (input.mentions !== undefined && input.mentions.length > 0)

interface Reached extends Person {
  nth: number
  /** By an id that the client gave. */
  chosen: boolean
}

/** Resolves the mentions of these calls; refuses those that would reach too many people. */
export async function mentioned(
  tx: Tx,
  calls: readonly Pick<PostCall, 'actor' | 'input'>[],
  asked: readonly number[],
  refuseAll: (found: ReadonlyMap<number, Refusal>) => void,
): Promise<Map<number, Mentioned>> {
  const wanted = asked.map((nth) => ({ nth, ...wantedBy(calls[nth]!) }))
  const rows = Map.groupBy(await reached(tx, calls, wanted), ({ nth }) => nth)
  const found = new Map<number, Mentioned>()
  const crowds: number[] = []
  for (const { nth, ...want } of wanted) {
    const { actor, input } = calls[nth]!
    const people = (rows.get(nth) ?? []).filter(({ id }) => id !== actor.id)
    const named = namedIn(
      input.text,
      people.filter(({ chosen }) => !chosen),
    ).concat(people.filter(({ chosen }) => chosen))
    const all = people.filter(({ role }) => want.everybody || want.roles.includes(role))
    if (all.length > manyPeople) crowds.push(nth)
    const mentions = mentionedOf(want, named, all)
    if (mentions) found.set(nth, mentions)
  }
  if (crowds.length > 0) refuseAll(await tooCrowded(tx, calls, crowds, found))
  return found
}

function wantedBy({ actor, input }: Pick<PostCall, 'actor' | 'input'>): Addressed & { ids: string[] } {
  const found = addressed(input.text)
  const mayAll = mayAddressAll.includes(actor.role)
  const roles = mayAll ? found.roles : []
  return { everybody: mayAll && found.everybody, roles, names: found.names, ids: input.mentions ?? [] }
}

function mentionedOf(want: Addressed, named: readonly Reached[], all: readonly Reached[]): Mentioned | undefined {
  const people = [...new Map(named.map(({ id, name }) => [id, { id, name }])).values()]
  if (people.length === 0 && want.roles.length === 0 && !want.everybody) return undefined
  const shown: Mentions = {
    ...(people.length > 0 ? { people } : {}),
    ...(want.roles.length > 0 ? { roles: want.roles } : {}),
    ...(want.everybody ? { channel: true } : {}),
  }
  return { shown, people: [...new Set([...people, ...all].map(({ id }) => id))] }
}

/**
 * The people of the channel who are meant: of a private one its members, of a public one those who have been there. People
 * says who has such a name or role, the channel's own rows say who of them is in it. A name is the common case and finds
 * few; only where a crowd is meant the whole channel is looked through.
 */
async function reached(
  tx: Tx,
  calls: readonly Pick<PostCall, 'actor' | 'input'>[],
  wanted: readonly Wanted[],
): Promise<Reached[]> {
  const people = [
    ...(await peopleCalled(tx, [...new Set(wanted.flatMap(({ names }) => names))])),
    ...(await peopleNamed(tx, [...new Set(wanted.flatMap(({ ids }) => ids))])),
  ]
  const meant = wanted.map(({ nth, names, ids }) => {
    const those = people.filter(({ id, name }) => names.includes(name.toLowerCase()) || ids.includes(id))
    return { nth, channel: calls[nth]!.input.channel, ids, those: those.map(({ id }) => id) }
  })
  const singly = people.length === 0 ? [] : await here(tx, meant)
  const crowd = await crowdOf(tx, calls, wanted)
  const known = new Map([...people, ...crowd.people].map((person) => [person.id, person]))
  const rows = new Map([...singly, ...crowd.rows].map((row) => [`${row.nth} ${row.id}`, row]))
  const chosen = new Map(wanted.map(({ nth, ids }) => [nth, ids]))
  return [...rows.values()].flatMap(({ nth, id }) => {
    const person = known.get(id)
    return person ? [{ ...person, nth, chosen: chosen.get(nth)!.includes(id) }] : []
  })
}

type Wanted = Addressed & { nth: number; ids: string[] }
interface Row {
  nth: number
  id: string
}

/** Those of the people meant who can see the channel. Whom the client chose may be anybody in an open one. */
function here(
  tx: Tx,
  meant: readonly { nth: number; channel: string; ids: string[]; those: string[] }[],
): Promise<Row[]> {
  return tx.query<Row>(
    `SELECT k.nth, p.user_id AS id
     FROM json_to_recordset($1::json) AS k(nth int, channel text, ids text[], those text[])
     JOIN discussion.channel c ON c.id = k.channel
     CROSS JOIN LATERAL (
       SELECT user_id FROM discussion.member WHERE channel = k.channel AND user_id = ANY (k.those)
       UNION SELECT user_id FROM discussion.cursor
         WHERE user_id = ANY (k.those) AND channel = k.channel AND c.kind IN ('public', 'announcement')
       UNION SELECT unnest(k.ids) WHERE c.kind IN ('public', 'announcement')) AS p
     WHERE ${isNotBanned}`,
    [JSON.stringify(meant)],
  )
}

/** Everybody in the channels whose roles, or all of whom, are addressed. */
async function crowdOf(
  tx: Tx,
  calls: readonly Pick<PostCall, 'actor' | 'input'>[],
  wanted: readonly Wanted[],
): Promise<{ people: Person[]; rows: Row[] }> {
  const crowds = wanted.filter(({ everybody, roles }) => everybody || roles.length > 0)
  if (crowds.length === 0) return { people: [], rows: [] }
  const rows = await tx.query<Row>(
    `SELECT k.nth, p.user_id AS id
     FROM json_to_recordset($1::json) AS k(nth int, channel text)
     JOIN discussion.channel c ON c.id = k.channel
     CROSS JOIN LATERAL (
       SELECT user_id FROM discussion.member WHERE channel = k.channel
       UNION SELECT user_id FROM discussion.cursor WHERE channel = k.channel AND c.kind IN ('public', 'announcement')) AS p
     WHERE ${isNotBanned}`,
    [JSON.stringify(crowds.map(({ nth }) => ({ nth, channel: calls[nth]!.input.channel })))],
  )
  const roles = crowds.some(({ everybody }) => everybody) ? undefined : [...new Set(crowds.flatMap((one) => one.roles))]
  return { rows, people: await peopleNamed(tx, [...new Set(rows.map(({ id }) => id))], roles) }
}

const isNotBanned = `NOT EXISTS (SELECT 1 FROM discussion.sanction x WHERE x.channel = k.channel
  AND x.user_id = p.user_id AND x.kind = 'ban' AND (x.until IS NULL OR x.until > clock_timestamp()))`

async function tooCrowded(
  tx: Tx,
  calls: readonly Pick<PostCall, 'actor' | 'input'>[],
  crowds: readonly number[],
  found: Map<number, Mentioned>,
): Promise<Map<number, Refusal>> {
  const rows = await tx.query<{ channel: string; user_id: string; role: MemberRole }>(
    `SELECT m.channel, m.user_id, m.role
     FROM discussion.member m JOIN unnest($1::text[], $2::text[]) AS k(channel, user_id) USING (channel, user_id)`,
    [crowds.map((nth) => calls[nth]!.input.channel), crowds.map((nth) => calls[nth]!.actor.id)],
  )
  const roles = new Map(rows.map(({ channel, user_id, role }) => [`${channel} ${user_id}`, role]))
  const refusals = new Map<number, Refusal>()
  for (const nth of crowds) {
    const { actor, input } = calls[nth]!
    const { length } = found.get(nth)!.people
    const membership = roles.get(`${input.channel} ${actor.id}`) ?? null
    const may = mayAddressMany.includes(actor.role) || moderates(membership, actor.role)
    if (may && input.confirm) continue
    refusals.set(nth, may ? refuse.conflict(reachesMany(length)) : refuse.forbidden(tooMany(length)))
    found.delete(nth)
  }
  return refusals
}

/** One row for each person that each message addresses: what `tell` takes from, and what badges count. */
export function mentionRows(rows: readonly Pick<MessageRow, 'call' | 'ticket' | 'mentions'>[]): Statement {
  const each = rows.flatMap(({ call, ticket, mentions }) =>
    (mentions?.people ?? []).map((user) => ({ user, channel: call.input.channel, offset: ticket.offset })),
  )
  return {
    text: `INSERT INTO discussion.mention (user_id, channel, "offset")
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING`,
    params: [each.map(({ user }) => user), each.map(({ channel }) => channel), each.map(({ offset }) => offset)],
  }
}
