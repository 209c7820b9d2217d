/**
 * Rehearsals: a drop of the same terms, only for its organiser's eyes, and synthetic buyers who storm it through the very
 * commands that people will use. It is marked as what it is in every place, is no news to anybody, counts in no metric,
 * and goes away by itself.
 */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { JobDefinition, JobGround } from '../../kernel/jobs'
import { command, oneByOne, type Command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { claim, confirm, release } from './commands'
import { insertDrop, rehearsalOf } from './create'
import { enter } from './lobby'
import { botId, mayCreate, mayManage } from './policy'
import { readDrops, type DropRow } from './rows'
import { created, dropId, rehearseInput } from './schemas'
import { tallyOf } from './tally'
import * as texts from './texts'

/** Between the call and the opening: time to open the page of the rehearsal. */
const leadSeconds = 8
/** Holds are short, so that what is not confirmed comes back while one looks on. */
const longestHoldSeconds = 15
const keptSeconds = 3600
/** How long buyers go on, and how many of them act at a time. */
const actSeconds = 90
const atOnce = 64

type Rehearse = z.infer<typeof rehearseInput>

/** Plays a drop through. Errors: `not_found`, `forbidden`, `conflict` (one is going on). */
export const rehearse = command<Rehearse, { id: string }>({
  name: 'drops.rehearse',
  summary: 'Play a drop through with synthetic buyers, before it counts.',
  roles: mayCreate,
  input: rehearseInput,
  output: created,
  runMany: oneByOne(async (tx, { actor, input }): Promise<Outcome<{ id: string }>> => {
    const drop = await managed(tx, actor, input.drop)
    if (!drop) return refuse.notFound(texts.noSuchDrop)
    const others = await tx.query(
      `SELECT 1 FROM drops.drop WHERE rehearsal_of = $1 AND created_at > now() - make_interval(secs => $2)`,
      [drop.id, leadSeconds + actSeconds],
    )
    if (others.length > 0) return refuse.conflict(texts.rehearsing)
    const opensAt = new Date(drop.now.getTime() + leadSeconds * 1000)
    const row = rehearsalOf(drop, actor, opensAt, Math.min(drop.hold_seconds, longestHoldSeconds))
    await insertDrop(tx, row)
    tx.enqueue({ queue: 'drops-rehearse', data: { drop: row.id, buyers: input.buyers } })
    tx.enqueue({ queue: 'drops-discard', data: { drop: row.id }, startAfterSeconds: keptSeconds })
    return done({ id: row.id })
  }),
})

/** Locked: two rehearsals at once would be one too many. */
async function managed(tx: Tx, actor: Actor, id: string): Promise<DropRow | undefined> {
  await tx.query('SELECT 1 FROM drops.drop WHERE id = $1 FOR UPDATE', [id])
  const [drop] = await readDrops(tx, [id])
  return drop && drop.rehearsal_of === null && mayManage(actor, drop) ? drop : undefined
}

/** Puts a rehearsal away with all that was in it. Errors: `not_found`, `conflict` (it is a real drop). */
export const discard = command<{ drop: string }, object>({
  name: 'drops.discard',
  summary: 'Put a rehearsal away.',
  roles: mayCreate,
  input: z.object({ drop: dropId }),
  output: z.object({}),
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input }): Promise<Outcome<object>> => {
    const [drop] = await readDrops(tx, [input.drop])
    if (!drop || !mayManage(actor, drop)) return refuse.notFound(texts.noSuchDrop)
    if (drop.rehearsal_of === null) return refuse.conflict(texts.noRehearsal)
    await tx.query('DELETE FROM drops.drop WHERE id = $1 AND rehearsal_of IS NOT NULL', [drop.id])
    await tx.query('DELETE FROM drops.tally WHERE drop = $1', [drop.id])
    return withoutEffect({})
  }),
})

const ofBot = z.looseObject({ bot: z.number().int().nonnegative() })
type OfBot = z.infer<typeof ofBot>

/** What a buyer does is what a person does, under a name that no person has. */
function asBot<I, O>(verb: string, real: Command<I, O>): Command<OfBot, unknown> {
  return command<OfBot, unknown>({
    name: `drops.bot_${verb}`,
    summary: `${real.summary} (A rehearsal's buyer.)`,
    internal: true,
    input: ofBot,
    output: z.unknown(),
    async around(next, { input }, sql, ground) {
      const answer = (await next()) as { verdict: string }
      if (verb === 'claim') tallyOf(ground, sql).add(String(input['drop']), answer.verdict)
      return answer
    },
    runMany: (tx, calls) => real.runMany(tx, calls.map(playing) as Call<I>[]),
  })
}

const playing = ({ key, input: { bot, ...input } }: Call<OfBot>): Call<unknown> => ({
  ...{ key, input },
  actor: { id: botId(bot), name: botId(bot), role: 'student' },
})

export const bots = [asBot('enter', enter), asBot('claim', claim), asBot('confirm', confirm), asBot('release', release)]

interface Play {
  drop: string
  buyers: number
}

/** Its keys are made of the drop and the buyer: a worker that dies is followed by another that does nothing twice. */
export const rehearsing: JobDefinition = {
  queue: 'drops-rehearse',
  retryLimit: 2,
  async run({ data }, ground) {
    const { drop: id, buyers } = data as Play
    const [drop] = await readDrops(ground.sql, [id])
    if (!drop) return
    const each = Array.from({ length: buyers }, (_, bot) => bot)
    const act = (verb: string, bot: number, input: object): Promise<unknown> =>
      ground.perform(`drops.bot_${verb}`, { bot, ...input }, `${id}:${verb}:${bot}`)
    if (drop.mode === 'lobby') await crowd(each, (bot) => act('enter', bot, { drop: id, quantity: 1 }))
    await pause(drop.opens_at.getTime() - ground.now())
    await crowd(each, (bot) => act('claim', bot, { drop: id, quantity: 1 }))
    await decideAll(ground, id, act)
  },
}

export const discarding: JobDefinition = {
  queue: 'drops-discard',
  async run({ data, id }, ground) {
    const { drop } = data as Play
    const [found] = await readDrops(ground.sql, [drop])
    if (found) await ground.perform('drops.discard', { drop }, id)
  },
}

/** Of ten who hold something six take it, two give it back and two walk away; and so those who get it after them. */
async function decideAll(
  ground: JobGround,
  drop: string,
  act: (verb: string, bot: number, input: object) => Promise<unknown>,
): Promise<void> {
  const decided = new Set<string>()
  for (const until = ground.now() + actSeconds * 1000; ground.now() < until; await pause(500)) {
    const open = await ground.sql.query<{ id: string; user_id: string; state: string }>(
      `SELECT id, user_id, state FROM drops.claim WHERE drop = $1 AND state IN ('held', 'offered', 'waiting')`,
      [drop],
    )
    if (open.every(({ state }) => state === 'waiting')) return
    // A few at a time: people don't all make up their minds in the same moment.
    const next = open.filter(({ id, state }) => state !== 'waiting' && !decided.has(id)).slice(0, 1 + open.length / 4)
    for (const { id } of next) decided.add(id)
    await crowd(next, async ({ id, user_id }) => {
      const mood = Number.parseInt(Bun.hash(id).toString().slice(-1), 10)
      const verb = mood < 6 ? 'confirm' : mood < 8 ? 'release' : undefined
      if (verb) await act(verb, Number(user_id.slice(4)), { claim: id })
    })
  }
}

async function crowd<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values()
  const one = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
