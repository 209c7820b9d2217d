/**
 * Makes the campus through the same commands that people use, so that nothing of it is other than real data but for its
 * marks. Every step has a key of the fill that it belongs to: done again after a death in the middle, nothing doubles.
 */
import { createHash } from 'node:crypto'
import { demoAddress, demoPassword } from '../../services/people/demo'
import { hashPassword } from '../../services/people/passwords'
import type { Actor, Role } from '../../protocol/roles'
import { channels, classes, dropStock, dropTitle, people, reports, said, sessionTitle } from './campus'

/** What is needed of the registry. */
export interface Runs {
  has(name: string): boolean
  execute(actor: Actor, name: string, input: object): Promise<Record<string, unknown>>
  perform(name: string, input: object): Promise<Record<string, unknown>>
}

export interface Campus {
  people: Actor[]
  /** Ids in the order of `channels`. */
  channels: string[]
  drop?: string | undefined
  session?: string | undefined
}

/** From when a drop opens, after the start. */
const dropAfterMs = 120_000
const sessionMs = 3 * 3600_000

export async function seed(runs: Runs, fill: string, trouble: (error: unknown) => undefined): Promise<Campus> {
  const nowMs = momentOf(fill)
  const key = (what: string): string => `${fill}:${what}`
  const made = await makePeople(runs, fill)
  const things: { kind: string; id: string }[] = []
  /** One service that is missing, or refuses, doesn't keep the rest of the campus away. */
  const attempt = async (by: number, name: string, input: object, what: string): Promise<string | undefined> => {
    if (!runs.has(name)) return undefined
    const answer = await runs.execute(made.people[by]!, name, { ...input, key: key(what) }).catch(trouble)
    const id = typeof answer?.['id'] === 'string' ? answer['id'] : undefined
    if (id) things.push({ kind: name, id })
    return id
  }
  const ids: string[] = []
  for (const [at, { name, kind, by }] of channels.entries()) {
    ids.push((await attempt(by, 'discussion.create', { name, kind }, `channel:${at}`)) ?? 'general')
  }
  for (const [at, [place, by, text]] of said.entries()) {
    const channel = place < 0 ? 'general' : ids[place]!
    if (runs.has('discussion.join')) {
      await runs
        .execute(made.people[by]!, 'discussion.join', { channel, key: key(`join:${at}`) })
        .catch(() => undefined)
    }
    await attempt(by, 'discussion.post', { channel, text }, `said:${at}`)
  }
  for (const [at, { by, ...report }] of reports.entries()) await attempt(by, 'reports.submit', report, `report:${at}`)
  const session = await attempt(
    1,
    'attendance.open',
    { title: sessionTitle, class: made.classes[0]!.id, closesAt: moment(nowMs + sessionMs), rules: { need: 'any' } },
    'session',
  )
  const drop = await openDrop(runs, made.people[4]!, nowMs + dropAfterMs, key('drop'))
  if (drop) things.push({ kind: 'drops.create', id: drop })
  await runs.perform('people.demo_mark', { things, filled: true, key: key('filled') })
  return { people: made.people, channels: ids, session, drop }
}

export async function openDrop(runs: Runs, by: Actor, opensAtMs: number, key: string): Promise<string | undefined> {
  if (!runs.has('drops.create')) return undefined
  const terms = { title: dropTitle, stock: dropStock, opensAt: moment(opensAtMs), holdSeconds: 0 }
  const answer = await runs.execute(by, 'drops.create', { ...terms, key }).catch(() => undefined)
  return answer?.['id'] as string | undefined
}

async function makePeople(runs: Runs, fill: string) {
  const passwordHash = await hashPassword(demoPassword)
  const seen = new Set<Role>()
  const addressed = people.map(({ name, role }, index) => {
    const isFirst = !seen.has(role)
    seen.add(role)
    const email = isFirst ? demoAddress(role) : demoAddress(role).replace('@', `-${index}@`)
    return { name, role, email, ...(isFirst ? { passwordHash } : {}) }
  })
  const made = await runs.perform('people.demo_people', {
    people: addressed,
    classes: classes.map((one, index) => ({ ...one, id: idOf(`${fill}:class:${index}`) })),
    // The hash is another each time, so this can't be the same intent: it leaves alone who is there.
    key: `${fill}:people:${crypto.randomUUID()}`,
  })
  return made as unknown as { people: Actor[]; classes: { id: string; name: string }[] }
}

/** When the campus was asked for: the same for whoever makes it, however often. UUIDv7 begins with it (RFC 9562). */
const momentOf = (fill: string): number => Number.parseInt(fill.replaceAll('-', '').slice(0, 12), 16)

/** The same for the same words. */
function idOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

const moment = (ms: number): string => new Date(ms).toISOString()
