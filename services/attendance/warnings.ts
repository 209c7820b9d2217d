/** Who falls below what a class asks is told first; if that changes nothing, the teacher is told at a later session. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, type Text } from '../../protocol/errors'
import { countedOf } from './model/percent'
import { standingsOf } from './reports'
import { readSessions, type SessionRow } from './rows'
import { sessionId } from './schemas'

/** One session says little: nobody is warned before so many are over. */
const fewestSessions = 3

interface Low {
  user: string
  name: string
  percent: number
}

const input = z.object({ session: sessionId })

/** Warns after one session; a second time nobody is told again. */
export const warn = command<z.infer<typeof input>, { warned: number }>({
  name: 'attendance.warn',
  summary: 'Warn those who fall below the class’s threshold.',
  internal: true,
  input,
  output: z.object({ warned: z.number() }),
  runMany: oneByOne(async (tx, { actor, key, input: { session } }): Promise<Outcome<{ warned: number }>> => {
    const [row] = await readSessions(tx, [session])
    if (!row || row.class === null || row.warn_below === null) return withoutEffect({ warned: 0 })
    // One at a time for a class, or two sessions that close together warn twice.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7))', [`attendance ${row.class}`])
    const low = lowOf(await standingsOf(tx, row.class), row.warn_below)
    const students = await enter(tx, row, 'student', low)
    const again = await warnedBefore(tx, row, low)
    const forTeacher = await enter(tx, row, 'teacher', again)
    const calls = [
      ...students.map((one) => notice(row, [one.user], studentText(row, one), `${one.user}-student`)),
      ...(forTeacher.length > 0
        ? [notice(row, await teachersOf(tx, row), teacherText(row, forTeacher), `teacher-${session}`)]
        : []),
    ]
    const outcomes = await tx.call(
      'inbox.notify',
      calls.map((one, nth): Call<object> => ({ actor, key: `${key}:${nth}`, input: one })),
    )
    for (const outcome of outcomes) if (outcome instanceof Refusal) throw outcome
    return done({ warned: calls.length })
  }),
})

function lowOf(rows: Awaited<ReturnType<typeof standingsOf>>, below: number): Low[] {
  return [...Map.groupBy(rows, ({ user }) => user).values()].flatMap((of) => {
    const { held, percent } = countedOf(of)
    const { user, name } = of[0]!
    return held >= fewestSessions && percent !== undefined && percent < below ? [{ user, name, percent }] : []
  })
}

/** @returns those who were not in it yet. */
async function enter(tx: Tx, { class: klass, id }: SessionRow, stage: string, low: readonly Low[]): Promise<Low[]> {
  if (low.length === 0) return []
  const rows = await tx.query<{ user_id: string }>(
    `INSERT INTO attendance.warning (class, user_id, stage, session) SELECT $1, u, $2, $3 FROM unnest($4::text[]) u
     ON CONFLICT DO NOTHING RETURNING user_id`,
    [klass, stage, id, low.map(({ user }) => user)],
  )
  const fresh = new Set(rows.map(({ user_id }) => user_id))
  return low.filter(({ user }) => fresh.has(user))
}

/** Those who were told at an earlier session and are still low. */
async function warnedBefore(tx: Tx, { class: klass, id }: SessionRow, low: readonly Low[]): Promise<Low[]> {
  const rows = await tx.query<{ user_id: string }>(
    `SELECT user_id FROM attendance.warning WHERE class = $1 AND stage = 'student' AND session <> $2`,
    [klass, id],
  )
  const told = new Set(rows.map(({ user_id }) => user_id))
  return low.filter(({ user }) => told.has(user))
}

async function teachersOf(tx: Tx, { id, created_by }: SessionRow): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM attendance.member WHERE session = $1 AND teaches',
    [id],
  )
  return [...new Set([created_by, ...rows.map(({ user_id }) => user_id)])]
}

const notice = (row: SessionRow, to: string[], { title, body }: { title: Text; body: Text }, tag: string) => ({
  ...{ to, kind: 'attendance.warning', tag: `attendance-${row.class}-${tag}`, title, body },
  url: tag.endsWith('student') ? '/attendance/mine' : `/attendance/${row.id}/board`,
})

const studentText = ({ title, warn_below: below }: SessionRow, { percent }: Low) => ({
  title: { en: `Your attendance in ${title} is low`, id: `Kehadiran Anda di ${title} rendah` },
  body: {
    en: `You were there in ${percent} % of the sessions; ${below} % is asked for. Your teacher is told only if it stays so.`,
    id: `Anda hadir ${percent} % dari sesi; yang diminta ${below} %. Pengajar baru diberi tahu bila tetap begitu.`,
  },
})

const teacherText = ({ title, warn_below: below }: SessionRow, low: readonly Low[]) => {
  const names = low
    .map(({ name, percent }) => `${name} (${percent} %)`)
    .slice(0, 8)
    .join(', ')
    .slice(0, 350)
  return {
    title: { en: `Low attendance in ${title}`, id: `Kehadiran rendah di ${title}` },
    body: {
      en: `Still below ${below} % after a warning: ${names}`,
      id: `Masih di bawah ${below} % setelah diperingatkan: ${names}`,
    },
  }
}

export const warnJob: JobDefinition = {
  queue: 'attendance-warn',
  async run({ data }, ground) {
    const { session } = data as { session: string }
    await ground.perform('attendance.warn', { session }, `attendance-warn-${session}`)
  },
}
