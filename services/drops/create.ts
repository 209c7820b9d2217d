/** Making a drop: its terms are announced once and never change. */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { directoryTopic, topicOf } from './model'
import { commitmentOf } from './model/lobby'
import { openThread } from './notices'
import { mayCreate } from './policy'
import { announced, countersOf, type DropRow } from './rows'
import { created, createInput } from './schemas'
import { secret } from './secrets'
import * as texts from './texts'

type Create = z.infer<typeof createInput>
type NewDrop = Omit<DropRow, 'now'>

/**
 * Makes a drop. Promised: its terms never change, and of a lobby's seed the hash is announced now. Errors: `forbidden`,
 * `invalid`.
 */
export const create = command<Create, { id: string }>({
  name: 'drops.create',
  summary: 'Announce a drop.',
  roles: mayCreate,
  input: createInput,
  output: created,
  runMany: oneByOne(async (tx, call): Promise<Outcome<{ id: string }>> => {
    const { actor, input } = call
    const refused = refusalOf(input)
    if (refused) return refused
    const firsts = input.first ? await studentsOf(tx, call, input.first.class) : []
    if (firsts instanceof Refusal) return firsts
    const row = newDrop(actor, input, firsts.length)
    await insertDrop(tx, { ...row, thread: await openThread(tx, row) }, firsts)
    const { id, stock } = row
    tx.append({ topic: directoryTopic, kind: 'created', actor: actor.id, data: { id, stock, ...announced(row) } })
    return done({ id })
  }),
})

function refusalOf({ lobbyAt, opensAt, first, mode }: Create): Refusal | undefined {
  if (lobbyAt && Date.parse(lobbyAt) >= Date.parse(opensAt)) return refuse.invalid(texts.lobbyAfterOpening)
  return first && mode !== 'lobby' ? refuse.invalid(texts.needsLobby) : undefined
}

interface Roster {
  students: { id: string }[]
}

async function studentsOf(tx: Tx, { actor, key }: Call<Create>, id: string): Promise<string[] | Refusal> {
  const asked = { actor, key: `${key}:first`, input: { class: id } }
  const [outcome] = await tx.call<{ class: string }, Roster>('people.class_roster', [asked])
  if (outcome instanceof Refusal) return refuse.invalid(texts.noSuchClass)
  return outcome!.output().students.map((student) => student.id)
}

/** Drawn afresh: nobody can know a drop's seed before, nor whose pseudonym is whose. */
function newDrop(actor: Actor, input: Create, firsts: number): NewDrop {
  const seed = secret()
  return {
    ...{ id: Bun.randomUUIDv7(), title: input.title, mode: input.mode, waitlist: input.waitlist, guests: input.guests },
    ...{ stock: input.stock, free: input.stock, held: 0, sold: 0, waiting: 0, turns: 0, entries: 0 },
    opens_at: new Date(input.opensAt),
    lobby_at: input.lobbyAt ? new Date(input.lobbyAt) : null,
    ...{ per_person: input.perPerson, hold_seconds: input.holdSeconds, opened: false, paused: false, closed: false },
    ...{ salt: secret(), seed, commitment: commitmentOf(seed), created_by: actor.id },
    ...{ first_name: input.first?.name ?? null, first_people: firsts, rehearsal_of: null, thread: null },
  }
}

/** A drop that is the same in all that matters, opens then, and is marked as a rehearsal. */
export function rehearsalOf(drop: DropRow, actor: Actor, opensAt: Date, holdSeconds: number): NewDrop {
  const { now: _, ...row } = drop
  const seed = secret()
  return {
    ...row,
    ...{ id: Bun.randomUUIDv7(), free: row.stock, held: 0, sold: 0, waiting: 0, turns: 0, entries: 0 },
    ...{ opens_at: opensAt, lobby_at: null, hold_seconds: holdSeconds, opened: false, paused: false, closed: false },
    ...{ salt: secret(), seed, commitment: commitmentOf(seed), created_by: actor.id },
    ...{ first_name: null, first_people: 0, rehearsal_of: drop.id, thread: null },
  }
}

/** The rows, and the first event of its topic. */
export async function insertDrop(tx: Tx, row: NewDrop, firsts: readonly string[] = []): Promise<void> {
  await tx.query(
    `INSERT INTO drops.drop (id, title, stock, free, opens_at, lobby_at, per_person, hold_seconds, mode, waitlist, guests,
       salt, seed, commitment, created_by, first_name, first_people, rehearsal_of, thread)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      ...[row.id, row.title, row.stock, row.opens_at, row.lobby_at, row.per_person, row.hold_seconds, row.mode],
      ...[JSON.stringify(row.waitlist), row.guests, row.salt, row.seed, row.commitment, row.created_by],
      ...[row.first_name, row.first_people, row.rehearsal_of, row.thread],
    ],
  )
  if (firsts.length > 0) {
    await tx.query('INSERT INTO drops.first (drop, user_id) SELECT $1, unnest($2::text[])', [row.id, firsts])
  }
  const lobby = row.mode === 'lobby' ? { commitment: row.commitment } : {}
  const data = { ...announced(row), ...lobby, counters: countersOf(row) }
  tx.append({ topic: topicOf(row.id), kind: 'created', actor: row.created_by, data })
}
