/**
 * What binds those who post where a channel is guarded: time-outs and bans, words that are not wanted, slow mode. All of
 * it is rows, so it holds on whatever node somebody posts.
 */
import type { Tx } from '../../kernel/batch'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { MemberRole } from './model'
import { moderates } from './policy'
import { matches } from './model/rules'
import { noSuchChannel, putAway, timedOut, unwanted } from './texts'

export interface Guarded {
  actor: Actor
  input: { channel: string; text: string }
}

/** A call whose text moderators want to look at, and for which words. */
export interface Flagged {
  nth: number
  words: string
}

/** Refuses what may not be posted; spends a turn in slow mode for the rest. */
export async function guarded(
  tx: Tx,
  calls: readonly Guarded[],
  asked: readonly number[],
  refuseAll: (found: ReadonlyMap<number, Refusal>) => void,
): Promise<Flagged[]> {
  const { refusals, flags } = await judgeWords(tx, calls, asked)
  const rest = asked.filter((nth) => !refusals.has(nth))
  for (const [nth, refusal] of await judgePace(tx, calls, rest)) refusals.set(nth, refusal)
  refuseAll(refusals)
  return flags.filter(({ nth }) => !refusals.has(nth))
}

interface Bound {
  nth: number
  role: MemberRole | null
  slow: number
  archived: boolean
  sanctions: { kind: string; leftMs: number | null }[] | null
  rules: { words: string; action: 'refuse' | 'flag' }[] | null
}

async function bounds(tx: Tx, calls: readonly Guarded[], asked: readonly number[]): Promise<Bound[]> {
  return tx.query<Bound>(
    `SELECT k.nth, m.role, c.slow_seconds AS slow, c.archived_at IS NOT NULL AS archived,
       (SELECT json_agg(json_build_object('kind', x.kind, 'leftMs',
          (extract(epoch FROM x.until - clock_timestamp()) * 1000)::float8))
        FROM discussion.sanction x WHERE x.channel = k.channel AND x.user_id = k.user_id
          AND (x.until IS NULL OR x.until > clock_timestamp())) AS sanctions,
       (SELECT json_agg(json_build_object('words', r.words, 'action', r.action) ORDER BY r.id)
        FROM discussion.rule r WHERE r.channel = k.channel) AS rules
     FROM unnest($1::int[], $2::text[], $3::text[]) AS k(nth, channel, user_id)
     JOIN discussion.channel c ON c.id = k.channel
     LEFT JOIN discussion.member m ON m.channel = k.channel AND m.user_id = k.user_id`,
    [asked, asked.map((nth) => calls[nth]!.input.channel), asked.map((nth) => calls[nth]!.actor.id)],
  )
}

/** What the words and the person's standing say; nothing is written. For edits too. */
export async function judgeWords(
  tx: Tx,
  calls: readonly Guarded[],
  asked: readonly number[],
): Promise<{ refusals: Map<number, Refusal>; flags: Flagged[] }> {
  const refusals = new Map<number, Refusal>()
  const flags: Flagged[] = []
  for (const { nth, role, archived, sanctions, rules } of await bounds(tx, calls, asked)) {
    const { actor, input } = calls[nth]!
    const hit = moderates(role, actor.role) ? [] : (rules ?? []).filter(({ words }) => matches(words, input.text))
    const refused = hit.find(({ action }) => action === 'refuse')
    const kept = (sanctions ?? []).toSorted((a, b) => a.kind.localeCompare(b.kind))[0]
    if (archived) refusals.set(nth, refuse.conflict(putAway))
    else if (kept?.kind === 'ban') refusals.set(nth, refuse.notFound(noSuchChannel))
    else if (kept) refusals.set(nth, new Refusal('limited', timedOut, kept.leftMs ?? 0))
    else if (refused) refusals.set(nth, refuse.forbidden(unwanted(refused.words)))
    else if (hit[0]) flags.push({ nth, words: hit[0].words })
  }
  return { refusals, flags }
}

/** Takes each person's turn in a slow channel, if it has come; moderators need none. One turn a batch. */
async function judgePace(tx: Tx, calls: readonly Guarded[], asked: readonly number[]): Promise<Map<number, Refusal>> {
  const slow = new Map<string, { nth: number; seconds: number }[]>()
  for (const { nth, role, slow: seconds } of await bounds(tx, calls, asked)) {
    const { actor, input } = calls[nth]!
    if (seconds === 0 || moderates(role, actor.role)) continue
    const place = `${input.channel} ${actor.id}`
    slow.set(place, [...(slow.get(place) ?? []), { nth, seconds }])
  }
  const firsts = [...slow.values()].map((turns) => turns[0]!)
  if (firsts.length === 0) return new Map()
  const rows = await tx.query<{ channel: string; user_id: string }>(
    `INSERT INTO discussion.pace AS p (channel, user_id, at)
     SELECT channel, user_id, clock_timestamp() FROM unnest($1::text[], $2::text[]) AS k(channel, user_id)
     ORDER BY channel, user_id
     ON CONFLICT (channel, user_id) DO UPDATE SET at = excluded.at
       WHERE p.at <= excluded.at - make_interval(secs =>
         (SELECT slow_seconds FROM discussion.channel c WHERE c.id = p.channel))
     RETURNING channel, user_id`,
    [firsts.map(({ nth }) => calls[nth]!.input.channel), firsts.map(({ nth }) => calls[nth]!.actor.id)],
  )
  const turned = new Set(rows.map(({ channel, user_id }) => `${channel} ${user_id}`))
  const refusals = new Map<number, Refusal>()
  for (const [place, turns] of slow) {
    for (const { nth, seconds } of turned.has(place) ? turns.slice(1) : turns) {
      refusals.set(nth, refuse.limited(seconds * 1000))
    }
  }
  return refusals
}
