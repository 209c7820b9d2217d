/**
 * A sale to bots, in a demonstration: a drop with too little for all, and buyers who come through the public door at
 * once, each asking with one key until it is answered. Afterwards what they were told is held against the log.
 */
import type { z } from 'zod'
import type { JobDefinition, JobGround } from '../../kernel/jobs'
import { read } from '../../kernel/log'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { WatchMeans } from './means'
import { judged, saleEveryMs, type Sale } from './model'
import { begin, lastOf, tellOf, type Runs } from './runs'
import { lastSale, run, sale as saleSchema, sellInput } from './schemas'
import { notHere, stillSelling } from './texts'

const sales: Runs<Sale> = {
  ...{ kind: 'sale', queue: 'watch-sell', ends: ['judged', 'failed'] },
  ...{ everyMs: saleEveryMs, deadMs: 120_000, stillOn: stillSelling },
}
/** Between the wish and the opening: time to look at the drop's page. */
const leadMs = 4000
const atOnce = 50
/** A drop opens a moment after its time: bots that come too early ask again, for so long. */
const patienceMs = 30_000
const againMs = 200
const tellEveryMs = 300
const pageEvents = 300

/** Starts a sale. Promised: one at a time. Errors: `forbidden` (no demonstration), `limited` (one goes on). */
export const sellToBots = ({ demo }: WatchMeans) =>
  command<z.infer<typeof sellInput>, z.infer<typeof run>>({
    name: 'watch.sell_to_bots',
    summary: 'Sell a drop to synthetic buyers who all come at once, in a demonstration.',
    input: sellInput,
    output: run,
    runMany: oneByOne(async (tx, { actor, input }) => {
      if (!demo) return refuse.forbidden(notHere)
      return begin(tx, actor, sales, {
        ...{ run: Bun.randomUUIDv7(), stage: 'wanted', ...input },
        ...{ asked: 0, acknowledged: 0, refused: 0, unanswered: 0, nodes: {} },
      })
    }),
  })

export const tellSale = tellOf<Sale>(sales, {
  ...{ name: 'watch.tell_sale', summary: 'Tell how far a sale to bots has come.', input: saleSchema },
})

export const saleNow = lastOf<Sale, { sale?: Sale | undefined }>(
  sales,
  { name: 'watch.sale', summary: 'The last sale to bots, as far as it has come.', output: lastSale },
  (sale) => ({ sale }),
)

const bot = (nth: number): Actor => ({ id: `bot:${nth}`, name: `Bot ${nth + 1}`, role: 'student' })
const seller: Actor = { id: 'bot:seller', name: 'Bot', role: 'organiser' }

/** Every key is made of the run: another worker that takes over gets the same answers, and nothing is sold twice. */
export const selling = (means: WatchMeans): JobDefinition => ({
  queue: sales.queue,
  retryLimit: 2,
  async run({ data, attempt }, ground) {
    const sale = { ...(data as Sale) }
    let told = 0
    const tell = (stage: Sale['stage']): Promise<object> => {
      sale.stage = stage
      // What is told depends on how far this try has come.
      return ground.perform('watch.tell_sale', { ...sale }, `${sale.run}:${attempt}:${told++}`)
    }
    try {
      sale.drop = await openDrop(means, ground, sale)
      await tell('selling')
      const acknowledged = await storm(means, ground, sale, tell)
      Object.assign(sale, judged(acknowledged, await soldIn(ground, sale.drop), sale.stock))
      await tell('judged')
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await tell('failed')
    }
  },
})

async function openDrop({ ask }: WatchMeans, ground: JobGround, { run: id, stock, buyers }: Sale): Promise<string> {
  // Of the run, so that the same question is asked by whoever asks it again. UUIDv7 begins with its moment (RFC 9562).
  const opensAt = new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) + leadMs).toISOString()
  const terms = { title: `Kaos Alun (${stock}/${buyers} bot)`, stock, opensAt, holdSeconds: 0 }
  const drop = String((await ask(seller, 'drops.create', { ...terms, key: `${id}:drop` }))['id'])
  await ground.perform('people.demo_mark', { things: [{ kind: 'drops.create', id: drop }] }, `${id}:mark`)
  await pause(Date.parse(opensAt) - ground.now())
  return drop
}

/** All at once, as far as one machine can play so many. @returns the claims that bots were told they have. */
async function storm(
  means: WatchMeans,
  ground: JobGround,
  sale: Sale,
  tell: (stage: Sale['stage']) => Promise<object>,
): Promise<string[]> {
  const acknowledged: string[] = []
  const begunMs = ground.now()
  let toldMs = begunMs
  const bots = Array.from({ length: sale.buyers }, (_, nth) => nth).values()
  const claimAsOne = async (nth: number): Promise<void> => {
    sale.asked++
    const answer = await claimOnce(means, ground, bot(nth), { drop: sale.drop, key: `${sale.run}:${nth}` })
    if (answer instanceof Refusal) sale[answer.code === 'unavailable' ? 'unanswered' : 'refused']++
    else {
      const node = String(answer['node'])
      sale.nodes[node] = (sale.nodes[node] ?? 0) + 1
      if (answer['verdict'] === 'sold') sale.acknowledged = acknowledged.push(String(answer['claim']))
      else sale.refused++
    }
  }
  const one = async (): Promise<void> => {
    for (const nth of bots) {
      await claimAsOne(nth)
      if (ground.now() - toldMs < tellEveryMs) continue
      toldMs = ground.now()
      await tell('selling')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  sale.tookMs = Math.max(0, Math.round(ground.now() - begunMs))
  return acknowledged
}

type Answer = Record<string, unknown>

async function claimOnce({ ask }: WatchMeans, ground: JobGround, who: Actor, input: object): Promise<Answer | Refusal> {
  for (const until = ground.now() + patienceMs; ; await pause(againMs)) {
    const answer = await ask(who, 'drops.claim', input).catch(refusalOnly)
    if (answer instanceof Refusal || answer['verdict'] !== 'not_open' || ground.now() > until) return answer
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

function refusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}

/** What the log of the drop says was sold, event by event. */
async function soldIn({ sql }: JobGround, drop: string): Promise<{ claim: string; who: string }[]> {
  const found: { claim: string; who: string }[] = []
  for (let after = 0; ;) {
    const page = await read(sql, `drops:${drop}`, after, pageEvents)
    for (const { json } of page.events) {
      const event = JSON.parse(json) as { kind: string; claim: string; who: string }
      if (event.kind === 'sold') found.push(event)
    }
    after = page.events.at(-1)?.offset ?? page.head
    if (after >= page.head) return found
  }
}
