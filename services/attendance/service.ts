/** Attendance: who was there, decided once, and every try kept. */
import type { Service } from '../../kernel/service'
import { managedSession } from './access'
import { attempts, verifyChain } from './audit'
import { setCards } from './cards'
import { check } from './check'
import { forget, tick } from './duties'
import { calendar, feedUrl, revokeFeed } from './feeds'
import { ingest } from './ingest'
import { directoryTopic } from './model'
import { edit, exempt } from './edit'
import { close, open } from './organise'
import { code, exchange, network } from './proofs'
import { board, get, sessions } from './queries'
import { mine, table } from './reports'
import { search } from './search'
import { correct, mark, merge, review, undo } from './roll'
import { directoryEvents, sessionEvents } from './schemas'
import { configure, settings } from './settings'
import { timetable } from './timetable'
import { threadJob } from './threads'
import { warn, warnJob } from './warnings'

export const attendance: Service = {
  name: 'attendance',
  methods: [
    ...[check, open, edit, close, exempt],
    ...[mark, correct, undo, review, merge],
    ...[board, get, sessions, search, code, exchange, network],
    ...[attempts, verifyChain, mine, table],
    ...[timetable, ingest, setCards, warn, feedUrl, revokeFeed, calendar, settings, configure],
  ],
  topics: [
    {
      prefix: directoryTopic,
      summary:
        '`attendance:<session>`: one session, for its teachers and admins; who is there is who teaches. `attendance`: that a session is new or changed, for everyone.',
      roster: true,
      events: { ...sessionEvents, ...directoryEvents },
      async authorize(sql, actor, id) {
        if (id !== '') await managedSession(sql, actor, id)
      },
    },
  ],
  duties: [tick, forget],
  jobs: [warnJob, threadJob],
  migrations: `${import.meta.dir}/migrations`,
  connections: 3,
}
