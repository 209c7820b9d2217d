import type { JobDefinition } from '../../kernel/jobs'
import { readSessions } from './rows'

/** A thread of those who are in the session, with a line when it opens and one when it closes. */
export const threadJob: JobDefinition = {
  queue: 'attendance-thread',
  async run({ data, attempt }, ground) {
    const { session, moment } = data as { session: string; moment: 'opened' | 'closed' }
    const [row] = await readSessions(ground.sql, [session])
    if (!row) return
    const members = await ground.sql.query<{ user_id: string }>(
      'SELECT user_id FROM attendance.member WHERE session = $1',
      [session],
    )
    const thread = { service: 'attendance', id: session }
    const everybody = [...new Set([row.created_by, ...members.map(({ user_id }) => user_id)])]
    const asked = { ...thread, title: row.title, open: !row.has_list, members: everybody }
    // Who is in it may have changed since an attempt that died; opening it twice is opening it once.
    await ground.perform('discussion.thread', asked, `attendance-thread-${moment}-${session}-${attempt}`)
    const text =
      moment === 'opened'
        ? { en: 'Attendance is open.', id: 'Presensi dibuka.' }
        : { en: 'Attendance is closed.', id: 'Presensi ditutup.' }
    const note = { ...thread, kind: `attendance.${moment}`, text }
    await ground.perform('discussion.note', note, `attendance-note-${moment}-${session}`)
  },
}
