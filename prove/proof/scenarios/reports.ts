import { jobsLeft } from '../faults'
import { Client } from '../clients'
import { until } from '../../testing/until'
import { allOf, clientsOf, mustDo, settle, type Scenario, type Stage, type Work } from '../scenario'

const reporters = 20
const technicians = 3
/** Until nobody is broken any more, and those who were had their jobs taken from them. */
const jobsMs = 60_000
/** By then somebody answers, whoever is broken just now. */
const brokenMs = 15_000

export const reports: Scenario = {
  name: 'reports',
  what: '20 people report what is broken, three technicians race for each report, while workers die and hang and the bus is cut',
  faults: ['kill worker', 'cut bus', 'freeze worker'],
  lastingMs: 6000,
  begin: (stage) => report(stage),
}

/** Every so many reports come with a photo. */
const photoEvery = 4
/** The smallest picture that there is. */
const picture = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

interface Made {
  id: string
  user: string
  photo: boolean
}

export async function report(stage: Stage): Promise<Work> {
  const people = Array.from({ length: reporters }, (_, nth) => ({
    user: `reporter-${nth + 1}`,
    role: 'student' as const,
  }))
  const hands = clientsOf(
    stage,
    Array.from({ length: technicians }, (_, nth) => ({ user: `technician-${nth + 1}`, role: 'technician' as const })),
    't',
  )
  const followers = clientsOf(stage, [{ user: 'dispatcher', role: 'technician' }], 'board')
  await followers[0]!.follow('reports:board')
  const made: Made[] = []
  let stopped = false
  const worked = clientsOf(stage, people, 'p').map(async (client, index) => {
    for (let nth = 0; !stopped; nth++) {
      const one = await submit(client, `${client.person.user}-${stage.round}-${nth}`, nth % photoEvery === 0)
      made.push(one)
      await race(hands, one.id, stage.round)
      await Bun.sleep(200 + index * 10)
    }
  })
  const ended = allOf(worked)
  return {
    stop: async () => {
      stopped = true
      await ended()
    },
    finish: async () => {
      // Jobs have something to tell, too.
      await noteOwed(stage, made)
      await settle(followers[0]!, followers, ['reports:board'])
      for (const client of [...followers, ...hands]) client.disconnect()
    },
  }
}

async function submit(client: Client, key: string, photo: boolean): Promise<Made> {
  const file = photo ? await client.upload(`photo-${key}`, 'lamp.png', picture) : undefined
  const input = { title: `Lamp ${key}`, place: 'Gedung A', priority: 'normal', ...(file ? { photos: [file] } : {}) }
  const { id } = await mustDo(client, 'reports.submit', key, input)
  return { id: String(id), user: client.person.user, photo: file !== undefined }
}

/** All at once: one has it, the others are told who. */
async function race(hands: readonly Client[], id: string, round: string): Promise<void> {
  const claim = (client: Client) =>
    client.surely('reports.claim', `claim-${id}-${client.person.user}-${round}`, { report: id }, { door: 'http' })
  const won = (await Promise.all(hands.map(claim))).filter(({ outcome }) => outcome === 'ok')
  if (won.length !== 1) throw new Error(`${won.length} technicians have report ${id}`)
}

/** Each reporter is owed word that somebody took their report. */
async function noteOwed(stage: Stage, made: readonly Made[]): Promise<void> {
  const { arena, history, round } = stage
  if (arena.dataDir) {
    let stuck: number | undefined
    const none = async (): Promise<boolean> => {
      // The database may be away just now.
      stuck = await jobsLeft(arena.dataDir!).catch(() => stuck)
      return stuck === 0
    }
    await until(none, { what: 'the jobs to be done', timeoutMs: jobsMs, everyMs: 250 }).catch(() => undefined)
    if (stuck === undefined) throw new Error('nobody could be asked for the jobs that are left')
    history.add({ type: 'state', of: 'jobs', value: { stuck } })
  }
  const notices = made.map(({ id, user }) => ({ user, about: id, kind: 'report.claimed' }))
  const photos = made.filter(({ photo }) => photo).map(({ id }) => id)
  history.add({ type: 'state', of: `owed ${round}`, value: { notices, photos } })
  const people = new Set(made.map(({ user }) => user))
  await Promise.all([...photos.map((id) => readPhoto(stage, id)), ...[...people].map((user) => readInbox(stage, user))])
}

async function readPhoto({ arena, history }: Stage, id: string): Promise<void> {
  const dispatcher = new Client(arena, history, { user: 'dispatcher', role: 'technician' })
  let report: Record<string, unknown> = {}
  const look = async (): Promise<boolean> => {
    const { output } = await dispatcher.post('reports.get', '', { report: id })
    report = (output?.['report'] ?? {}) as Record<string, unknown>
    return ((report['photos'] ?? []) as { status: string }[]).some(({ status }) => status === 'ready')
  }
  // Of a cluster that is only used nobody tells when its jobs are done. Elsewhere they are by now.
  const timeoutMs = arena.dataDir === undefined ? jobsMs : brokenMs
  await until(look, { what: 'the photo', timeoutMs, everyMs: 250 }).catch(() => undefined)
  history.add({ type: 'state', of: `report ${id}`, value: report })
}

async function readInbox({ arena, history }: Stage, user: string): Promise<void> {
  const client = new Client(arena, history, { user, role: 'student' })
  history.add({ type: 'state', of: `inbox of ${user}`, value: { notifications: await inboxOf(client) } })
}

/** Until there is an answer: nodes die while it is read back, too, and a question that was lost says nothing of G8. */
async function asked(client: Client, method: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const settled = await client.surely(method, '', input, { door: 'http' })
  return settled.outcome === 'ok' ? settled.output : {}
}

async function inboxOf(client: Client): Promise<unknown[]> {
  const all: { id: string }[] = []
  for (;;) {
    const before = all.at(-1)?.id
    const output = await asked(client, 'inbox.list', { limit: 100, ...(before ? { before } : {}) })
    const page = (output['notifications'] ?? []) as { id: string }[]
    all.push(...page)
    if (page.length < 100) return all
  }
}
