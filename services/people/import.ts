/** Brings a roster in: people who are missing, what changed about those who are here, classes, and who is in them. */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { enter, lockOwn } from './classes'
import { placeholderDomain } from './model'
import { includes, may } from './policy'
import { folded, planRoster, readRoster, studentsOnly, type Known, type Planned, type RosterLine } from './roster'
import { imported, importInput } from './schemas'

type Input = z.infer<typeof importInput>
type Output = z.infer<typeof imported>

/**
 * Carries a roster out, or with `dryRun` only says line by line what it would do. Lines that are wrong are left out, the
 * others are done; the same file again does nothing. Roles of people who are here stay as they are. A teacher brings
 * students into a class of theirs. Errors: `invalid` (the file as a whole), `not_found` (the class), `forbidden`.
 */
export const importCommand = command<Input, Output>({
  name: 'people.import',
  summary: 'Bring a roster in, or say what it would do.',
  roles: may.makeClasses,
  pace: { burst: 30, perSecond: 0.5 },
  keyOptional: true,
  input: importInput,
  output: imported,
  runMany: oneByOne(bring),
})

async function bring(tx: Tx, { actor, input }: Call<Input>): Promise<Outcome<Output>> {
  const into = input.class === undefined ? undefined : await lockOwn(tx, actor, input.class)
  if (!into && !includes(may.manage, actor.role)) throw refuse.forbidden()
  const read = readRoster(input.csv)
  if ('problem' in read) throw refuse.invalid(read.problem)
  const onlyStudents = !includes(may.manage, actor.role)
  const lines = read.lines.map((line) => narrowed(line, into?.name, onlyStudents))
  // One roster at a time: two that name the same newcomer would both make them.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('people.import', 0))`)
  const plan = planRoster(lines, await knownOf(tx, lines), await enrolledIn(tx, lines), onlyStudents)
  const classes = await classesOf(tx, lines)
  const fresh = namesOf(lines).filter((name) => !classes.has(folded(name)))
  const output = { lines: plan.map(shown), newClasses: fresh }
  if (input.dryRun) return withoutEffect(output)
  await carryOut(tx, actor.id, plan, classes, fresh)
  return done(output)
}

/** All go into the one class, and a teacher makes nobody a teacher. */
function narrowed(line: RosterLine, into: string | undefined, onlyStudents: boolean): RosterLine {
  const problem = onlyStudents && line.role !== 'student' ? studentsOnly : undefined
  return { ...line, classes: into === undefined ? line.classes : [into], problem: line.problem ?? problem }
}

async function carryOut(
  tx: Tx,
  actor: string,
  plan: readonly Planned[],
  classes: Map<string, string>,
  fresh: readonly string[],
): Promise<void> {
  const good = plan.filter(({ will }) => will !== 'wrong')
  const ids = await makePeople(tx, good)
  const idOf = ({ user }: Planned): string => ids.get(user!) ?? user!
  await tx.query(
    `UPDATE auth."user" u SET name = w.name, "updatedAt" = now()
     FROM (SELECT DISTINCT ON (id) id, name FROM unnest($1::uuid[], $2::text[]) AS w(id, name)) w WHERE u.id = w.id AND u.name <> w.name`,
    columnsOf(
      good.filter(({ will }) => will === 'change').map((line) => [idOf(line), line.name]),
      2,
    ),
  )
  await tx.query(
    `INSERT INTO people.person (user_id, number) SELECT DISTINCT ON (id) id, number FROM unnest($1::uuid[], $2::text[]) AS w(id, number)
     ON CONFLICT (user_id) DO UPDATE SET number = coalesce(person.number, excluded.number)`,
    columnsOf(
      good.flatMap((line) => (line.number && line.numbers ? [[idOf(line), line.number]] : [])),
      2,
    ),
  )
  const made = fresh.map((name) => [Bun.randomUUIDv7(), name] as const)
  for (const [id, name] of made) classes.set(folded(name), id)
  await tx.query(
    'INSERT INTO people.class (id, name, created_by) SELECT id, name, $3 FROM unnest($1::text[], $2::text[]) AS w(id, name)',
    [...columnsOf(made, 2), actor],
  )
  await enrolAll(tx, actor, good, classes, idOf)
}

/** @returns the ids of the new ones by their stand-ins. */
async function makePeople(tx: Sql, plan: readonly Planned[]): Promise<Map<string, string>> {
  const rows = plan
    .filter(({ will }) => will === 'create')
    .map((line) => {
      const id = crypto.randomUUID()
      return { stand: line.user!, id, line, email: line.email ?? `${id}@user.${placeholderDomain}` }
    })
  await tx.query(
    `INSERT INTO auth."user" (id, name, email, "emailVerified", role)
     SELECT id, name, email, false, role FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS w(id, name, email, role)`,
    columnsOf(
      rows.map(({ id, line, email }) => [id, line.name, email, line.role]),
      4,
    ),
  )
  return new Map(rows.map(({ stand, id }) => [stand, id]))
}

async function enrolAll(
  tx: Tx,
  actor: string,
  plan: readonly Planned[],
  classes: ReadonlyMap<string, string>,
  idOf: (line: Planned) => string,
): Promise<void> {
  const groups = new Map<string, { class: string; role: 'student' | 'teacher'; users: string[] }>()
  for (const line of plan) {
    const role = line.role === 'teacher' ? 'teacher' : 'student'
    for (const name of line.classes) {
      const id = classes.get(folded(name))!
      const group = groups.get(`${id} ${role}`) ?? { class: id, role, users: [] }
      group.users.push(idOf(line))
      groups.set(`${id} ${role}`, group)
    }
  }
  for (const group of groups.values()) await enter(tx, { actor, ...group })
}

function knownOf(tx: Sql, lines: readonly RosterLine[]): Promise<Known[]> {
  return tx.query<Known>(
    `SELECT u.id, u.name, u.email, p.number, u.role FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
     WHERE u.email = ANY($1::text[]) OR lower(p.number) IN (SELECT lower(n) FROM unnest($2::text[]) AS n)`,
    [lines.flatMap(({ email }) => email ?? []), lines.flatMap(({ number }) => number ?? [])],
  )
}

async function enrolledIn(tx: Sql, lines: readonly RosterLine[]): Promise<Set<string>> {
  const rows = await tx.query<{ user_id: string; name: string }>(
    `SELECT e.user_id, n.name FROM people.enrolment e JOIN people.class c ON c.id = e.class
     JOIN unnest($1::text[]) AS n(name) ON lower(n.name) IN (lower(c.name), lower(c.code))`,
    [namesOf(lines)],
  )
  return new Set(rows.map(({ user_id, name }) => `${user_id} ${folded(name)}`))
}

/**
 * Ids by folded name, or code. Of two that share a name, the older. The database folds some letters (İ, Σ) otherwise than
 * we do, so it is given them as they are.
 */
async function classesOf(tx: Sql, lines: readonly RosterLine[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    `SELECT c.id, n.name FROM people.class c JOIN unnest($1::text[]) AS n(name) ON lower(n.name) IN (lower(c.name), lower(c.code))
     WHERE c.archived_at IS NULL ORDER BY c.created_at DESC`,
    [namesOf(lines)],
  )
  return new Map(rows.map(({ id, name }) => [folded(name), id]))
}

/** Each once, as it was written first. */
function namesOf(lines: readonly RosterLine[]): string[] {
  const names = lines.filter(({ problem }) => !problem).flatMap(({ classes }) => classes)
  return [...new Map(names.toReversed().map((name) => [folded(name), name])).values()]
}

function columnsOf(rows: readonly (readonly string[])[], width: number): string[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]!))
}

const shown = ({ line, name, email, number, role, classes, will, problem }: Planned): Output['lines'][0] => ({
  ...{ line, name, role, classes, will },
  ...(email ? { email } : {}),
  ...(number ? { number } : {}),
  ...(problem ? { problem } : {}),
})
