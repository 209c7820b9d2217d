import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf, until } from '../../prove/testing/until'
import { apply, type Board, type Checked } from './model'
import type { TableRow } from './model/lists'
import { countsOf, seats } from './model/seats'
import { admin, classes, inMinutes, Node, person, teacher } from './testing'

let database: TestDatabase
let n1: Node
let n2: Node
beforeAll(async () => {
  database = await testDatabase()
  ;[n1, n2] = [new Node(database.url), new Node(database.url, 'n2')]
}, 60_000)
afterAll(async () => {
  await Promise.all([n1?.stop(), n2?.stop()])
  await database?.stop()
})

const unja = { lat: -1.6101, lng: 103.5201 }
/** So many metres to the north. */
const metresOff = (metres: number) => ({ lat: unja.lat + metres / 111_195, lng: unja.lng, accuracy: 10 })
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
const fair = async (session: string): Promise<void> => {
  expect(await n1.faults(session)).toEqual([])
  const { position: _, counts, seq: _s, hash: _h, ...board } = await n1.board(session)
  const folded = await n1.folded(session)
  expect(folded).toMatchObject({ ...board, session: expect.anything() })
  expect(counts).toEqual(countsOf(board))
}

describe('a check', () => {
  test('needs nothing but a title, and is then accepted once in five minutes, on whichever node', async () => {
    const session = await n1.open()
    const first = await n1.check('ani', session)
    expect(first).toMatchObject({ verdict: 'accepted', record: { id: uuid, node: 'n1' }, late: false, flags: [] })
    const again = await n2.check('ani', session)
    expect(again).toMatchObject({ verdict: 'duplicate', record: first.record })
    expect(again.say.en).toContain('n1')
    await n1.later(session, 299)
    expect((await n2.check('ani', session)).verdict).toBe('duplicate')
    await n1.later(session, 2)
    const later = await n2.check('ani', session)
    expect(later).toMatchObject({ verdict: 'accepted', record: { node: 'n2' } })
    expect(later.record!.id).not.toBe(first.record!.id)
    // The window runs from the accepted one, not from the first or from what was refused.
    expect((await n1.check('ani', session)).record!.id).toBe(later.record!.id)
    expect(await n1.faults(session)).toEqual([])
  })

  test('of one key is one attempt with one answer for ever', async () => {
    const session = await n1.open()
    const key = crypto.randomUUID()
    const answers = await Promise.all([n1, n2, n1].map((node) => node.check('ani', session, { key })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer.record))).size).toBe(1)
    expect(answers.every(({ verdict }) => verdict === 'accepted')).toBe(true)
    expect((await n1.events(`attendance:${session}`)).filter(({ kind }) => kind === 'checked').length).toBe(1)
    expect(await errorOf(n1.check('ani', session, { key, direction: 'out' }))).toMatchObject({ code: 'conflict' })
  })

  test('out is another window, flagged where nobody came in', async () => {
    const session = await n1.open()
    expect(await n1.check('ani', session, { direction: 'out' })).toMatchObject({ flags: ['out_without_in'] })
    expect((await n1.check('ani', session)).verdict).toBe('accepted')
    expect((await n1.check('ani', session, { direction: 'out' })).verdict).toBe('duplicate')
    await n1.check('budi', session)
    expect(await n1.check('budi', session, { direction: 'out' })).toMatchObject({ verdict: 'accepted', flags: [] })
    expect((await n1.board(session)).counts).toMatchObject({ present: 2, out: 1 })
    await fair(session)
  })

  test('that is undone frees its window; a second undoing says the same', async () => {
    const session = await n1.open({ once: true })
    const { record } = await n1.check('ani', session)
    await n1.later(session, 3600)
    expect((await n1.check('ani', session)).verdict).toBe('duplicate')
    expect(await errorOf(n1.call(person('ani'), 'undo', { session, record: record!.id }))).toMatchObject({
      code: 'forbidden',
    })
    for (const node of [n1, n2]) {
      expect(await node.call(teacher, 'undo', { session, record: record!.id })).toMatchObject({
        record: { state: 'undone' },
      })
    }
    expect((await n2.check('ani', session)).verdict).toBe('accepted')
  })

  test('looks only once it has the lock: what is committed while it waits is what it finds', async () => {
    const session = await n1.open()
    const lane = n1.db.lane('tests', { connections: 1 })
    const id = crypto.randomUUID()
    let answer: Promise<Checked> | undefined
    await lane.transaction(async (sql) => {
      await sql.query('SELECT 1 FROM attendance.chain WHERE session = $1 FOR UPDATE', [session])
      answer = n2.check('ani', session)
      const waits = async () => (await sql.query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0
      await until(waits, { what: 'the check to wait for the lock', timeoutMs: 10_000 })
      await sql.query(
        `INSERT INTO attendance.record (id, session, user_id, name, direction, at, node, state, late, how, flags, seq)
         VALUES ($1, $2, 'ani', 'Ani', 'in', clock_timestamp(), 'n9', 'accepted', false, 'open', '[]', 0)`,
        [id, session],
      )
    })
    expect(await answer).toMatchObject({ verdict: 'duplicate', record: { id, node: 'n9' } })
  })

  test('that is undone leaves its seat on the board, in the fold and in the table: who came uninvited does not vanish', async () => {
    const session = await n1.open({ roster: [{ id: 'ani', name: 'Ani' }] })
    const { record } = await n1.check('tamu', session)
    await n1.call(teacher, 'undo', { session, record: record!.id })
    await n1.call(teacher, 'close', { session })
    for (const board of [await n1.board(session), await n1.folded(session)]) {
      expect(seats(board)).toMatchObject([
        { id: 'ani', status: 'absent' },
        { id: 'tamu', status: 'absent', walkIn: true, undone: { id: record!.id, state: 'undone' } },
      ])
    }
    const { rows } = await n1.call<{ rows: TableRow[] }>(teacher, 'table', { session })
    expect(rows.map(({ user, status }) => `${user} ${status}`)).toEqual(['ani absent', 'tamu absent'])
    // Their own record and percentage don't speak of a session at which nobody expected them.
    expect((await n1.call<{ rows: unknown[] }>(person('tamu'), 'mine')).rows).toEqual([])
  })

  test('is refused before and after the session, and knows who is late', async () => {
    const early = await n1.open({ opensAt: inMinutes(5) })
    expect(await n1.check('ani', early)).toMatchObject({ verdict: 'refused', reason: 'not_open', ways: ['roll_call'] })
    await n1.later(early, 301)
    expect((await n1.check('ani', early)).verdict).toBe('accepted')
    const session = await n1.open({ startsAt: inMinutes(-20), opensAt: inMinutes(-30), lateAfterMinutes: 15 })
    expect(await n1.check('ani', session)).toMatchObject({ verdict: 'accepted', late: true })
    await n1.call(teacher, 'close', { session })
    expect(await n1.check('budi', session)).toMatchObject({ verdict: 'refused', reason: 'closed' })
    expect(await n1.check('ani', session)).toMatchObject({ verdict: 'duplicate' })
    await fair(session)
  })

  test('of a session that is not there is refused', async () => {
    expect(await errorOf(n1.check('ani', 'nothing'))).toMatchObject({ code: 'not_found' })
  })
})

describe('where somebody is', () => {
  test('inside is accepted, unsure waits for the teacher, outside is told how far it is and what else there is', async () => {
    const session = await n1.open({ place: { ...unja, radius: 100 } })
    expect((await n1.board(session)).session.rules).toMatchObject({ location: true, rollCall: true })
    expect(await n1.check('ani', session, { position: metresOff(40) })).toMatchObject({
      verdict: 'accepted',
      distance: 40,
    })
    expect(await n1.check('budi', session, { position: metresOff(105) })).toMatchObject({
      verdict: 'accepted',
      pending: true,
    })
    const vague = { ...metresOff(5), accuracy: 5000 }
    expect(await n1.check('citra', session, { position: vague })).toMatchObject({ pending: true })
    const outside = await n1.check('dewi', session, { position: metresOff(830) })
    expect(outside).toMatchObject({ verdict: 'refused', reason: 'outside', ways: ['roll_call'] })
    expect(outside.say.en).toContain('830 m')
    expect(await n1.check('eka', session)).toMatchObject({ reason: 'location_needed' })
    const old = { ...metresOff(5), age: 120_000 }
    expect(await n1.check('fajar', session, { position: old })).toMatchObject({ reason: 'stale_location' })
    expect((await n1.board(session)).counts).toMatchObject({ present: 1, pending: 2, waiting: 3 })
    await fair(session)
  })

  test('is judged by a teacher: declined, the window is free again', async () => {
    const session = await n1.open({ place: { ...unja, radius: 100 } })
    const ask = { position: metresOff(105) }
    const [ani, budi] = [await n1.check('ani', session, ask), await n1.check('budi', session, ask)]
    expect((await n1.check('ani', session, ask)).verdict).toBe('duplicate')
    await n1.call(teacher, 'review', { session, record: ani.record!.id, accept: true })
    await n2.call(teacher, 'review', { session, record: budi.record!.id, accept: false, reason: 'not in the room' })
    // Declined isn't gone: the teacher still sees who it was.
    expect((await n1.board(session)).counts).toMatchObject({ present: 1, waiting: 1 })
    expect((await n1.check('budi', session, { position: metresOff(10) })).verdict).toBe('accepted')
    expect(await errorOf(n1.call(teacher, 'review', { session, record: budi.record!.id, accept: true }))).toMatchObject(
      {
        code: 'conflict',
      },
    )
  })

  test('is never the only way', async () => {
    const place = { ...unja, radius: 100 }
    const refused = { place, rules: { rollCall: false } }
    expect(await errorOf(n1.open(refused))).toMatchObject({ code: 'invalid' })
    expect(await errorOf(n1.open({ rules: { location: true } }))).toMatchObject({ code: 'invalid' })
    expect(await errorOf(n1.open({ rules: { network: ['10.0.0.0/99'] } }))).toMatchObject({ code: 'invalid' })
    await n1.open({ place, rules: { code: true, rollCall: false } })
  })

  test('is forgotten after some days, and the chain still holds; nothing is kept where the days are none', async () => {
    const session = await n1.open({ place: { ...unja, radius: 100 } })
    await n1.check('ani', session, { position: metresOff(40) })
    const read = async () =>
      (await n1.call<{ attempts: Record<string, string>[] }>(admin, 'attempts', { session })).attempts.find(
        ({ kind }) => kind === 'check',
      )!
    const lane = n1.db.lane('tests', { connections: 1 })
    const before = await read()
    expect(before['coordinates']).toContain('103.52')
    expect(JSON.stringify(await n1.call(teacher, 'attempts', { session }))).not.toContain('"coordinates":"')
    await n1.tick()
    expect((await read())['coordinates']).toBe(before['coordinates']!)
    await n1.call(admin, 'configure', { locationDays: 0 })
    await n1.tick()
    expect(await read()).toEqual({ ...before, coordinates: null, salt: null } as unknown as Record<string, string>)
    expect(before['details']).toContain('"band":"<50 m"')
    expect(await n1.faults(session)).toEqual([])
    await n1.check('budi', session, { position: metresOff(40) })
    expect(await lane.query('SELECT 1 FROM attendance.attempt WHERE coordinates IS NOT NULL')).toEqual([])
    await n1.call(admin, 'configure', { locationDays: 7 })
    expect(await n1.faults(session)).toEqual([])
  })
})

describe('a class', () => {
  test('is the list of who is expected; once is enough; who is not on it waits for a look', async () => {
    classes.set('7a', {
      students: ['ani', 'budi', 'citra'].map((id) => person(id)),
      teachers: [person('ratna', 'teacher')],
    })
    const session = await n1.open({ class: '7a' })
    await n1.check('ani', session)
    await n1.later(session, 3600)
    expect((await n2.check('ani', session)).verdict).toBe('duplicate')
    expect(await n1.check('zaki', session)).toMatchObject({ verdict: 'accepted', pending: true, flags: ['walk_in'] })
    const guest = await n1.check(person('tamu', 'guest'), session)
    expect(guest).toMatchObject({ pending: true, flags: ['guest', 'walk_in'] })
    await n1.call(person('ratna', 'teacher'), 'merge', { session, guest: 'tamu', user: 'budi' })
    expect((await n1.check('budi', session)).record!.id).toBe(guest.record!.id)
    expect((await n1.board(session)).counts).toMatchObject({ expected: 3, present: 2, waiting: 1, pending: 1 })
    await n1.call(teacher, 'close', { session })
    expect((await n1.board(session)).counts).toMatchObject({ present: 2, absent: 1, waiting: 0 })
    const closed = await n1.open({ class: '7a', walkIns: 'refuse' })
    expect(await n1.check('zaki', closed)).toMatchObject({ verdict: 'refused', reason: 'not_listed' })
    await fair(closed)
  })

  test('comes and goes until the session opens', async () => {
    classes.set('7b', { students: [person('ani')], teachers: [] })
    const session = await n1.open({ class: '7b', opensAt: inMinutes(5), closesAt: inMinutes(60) })
    classes.set('7b', { students: [person('ani'), person('budi')], teachers: [] })
    await n1.later(session, 301)
    await Promise.all([n1.tick(), n2.tick()])
    expect((await n1.board(session)).people.map(({ id }) => id)).toEqual(['ani', 'budi'])
    await n1.later(session, 3600)
    await Promise.all([n1.tick(), n2.tick()])
    const kinds = (await n1.events(`attendance:${session}`)).map(({ kind }) => kind)
    expect(kinds).toEqual(['opened', 'closed'])
    expect(await n1.faults(session)).toEqual([])
  })
})

describe('a board', () => {
  test('is for the teachers of the session and for admins', async () => {
    const session = await n1.open({ teachers: [{ id: 'dosen', name: 'Dosen' }] })
    for (const who of [teacher, admin, person('dosen', 'student')]) {
      await n1.call(who, 'board', { session })
      await n1.registry.authorize(who, `attendance:${session}`)
    }
    for (const who of [person('ani'), person('lain', 'teacher')]) {
      expect(await errorOf(n1.call(who, 'board', { session }))).toMatchObject({ code: 'forbidden' })
      expect(await errorOf(n1.registry.authorize(who, `attendance:${session}`))).toMatchObject({ code: 'forbidden' })
      expect(await errorOf(n1.call(who, 'attempts', { session }))).toMatchObject({ code: 'forbidden' })
      expect(await errorOf(n1.call(who, 'code', { session }))).toMatchObject({ code: 'forbidden' })
    }
    expect(await errorOf(n1.call(person('ani'), 'open', { title: 'x' }))).toMatchObject({ code: 'forbidden' })
  })

  test('merges what two teachers say, person by person, and keeps every word', async () => {
    const roster = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() }))
    const session = await n1.open({ roster, teachers: [{ id: 'guru2', name: 'Guru 2' }] })
    const guru2 = person('guru2', 'teacher')
    await Promise.all([
      n1.call(teacher, 'mark', {
        session,
        marks: [
          { user: 'a', status: 'present' },
          { user: 'b', status: 'late' },
        ],
      }),
      n2.call(guru2, 'mark', {
        session,
        marks: [
          { user: 'c', status: 'absent' },
          { user: 'd', status: 'excused' },
        ],
      }),
    ])
    expect((await n1.board(session)).counts).toMatchObject({ present: 1, late: 1, absent: 1, excused: 1, waiting: 0 })
    const later = await n1.call<{ marks: { by: object }[] }>(guru2, 'mark', {
      session,
      marks: [{ user: 'a', status: 'late' }],
    })
    expect(later.marks[0]!.by).toEqual({ id: 'guru2', name: 'guru2' })
    await n1.call(teacher, 'close', { session })
    expect(
      await errorOf(n1.call(teacher, 'mark', { session, marks: [{ user: 'a', status: 'present' }] })),
    ).toMatchObject({
      code: 'conflict',
    })
    await n1.call(teacher, 'correct', { session, user: 'c', status: 'excused', reason: 'letter from the doctor' })
    expect((await n1.board(session)).counts).toMatchObject({ late: 2, excused: 2 })
    expect(
      await errorOf(n1.call(teacher, 'correct', { session, user: 'x', status: 'present', reason: 'y' })),
    ).toMatchObject({
      code: 'not_found',
    })
    const { attempts } = await n1.call<{ attempts: { kind: string; user: string }[] }>(teacher, 'attempts', { session })
    expect(attempts.filter(({ kind, user }) => kind === 'marked' && user === 'a').length).toBe(2)
    expect(attempts.at(-1)).toMatchObject({
      kind: 'corrected',
      user: 'c',
      reason: 'letter from the doctor',
      actor: 'guru',
    })
    await fair(session)
  })
})

describe('many at once', () => {
  test('over two nodes: each person once, everybody else is told which, and the board is the table', async () => {
    const sessions = await Promise.all([1, 2].map(() => n1.open()))
    const tries: Promise<Checked>[] = []
    for (let n = 0; n < 40; n++) {
      for (const session of sessions) tries.push(n1.check(`p${n}`, session), n1.check(`p${n}`, session))
      for (const session of sessions.toReversed()) tries.push(n2.check(`p${n}`, session), n2.check(`p${n}`, session))
    }
    const answers = await Promise.all(tries)
    expect(answers.filter(({ verdict }) => verdict === 'accepted').length).toBe(80)
    expect(answers.filter(({ verdict }) => verdict === 'duplicate').length).toBe(240)
    expect(new Set(answers.map(({ record }) => record!.id)).size).toBe(80)
    for (const session of sessions) {
      expect((await n1.board(session)).records.length).toBe(40)
      await fair(session)
    }
  }, 20_000)

  test('the student hears of their own record, and nobody else of it', async () => {
    const session = await n1.open()
    const { record } = await n1.check('sari', session)
    const inbox = await n1.events('inbox:sari')
    expect(inbox).toEqual([{ kind: 'attendance', data: expect.objectContaining({ session, title: 'Fisika' }) }])
    expect(inbox[0]!.data).toMatchObject({ record: { id: record!.id, user: 'sari' } })
    expect(await n1.call(person('sari'), 'get', { session })).toMatchObject({ records: [{ id: record!.id }] })
    expect(await n1.call(person('budi'), 'get', { session })).toMatchObject({ records: [] })
  })

  test('an event that was heard twice changes nothing', async () => {
    const session = await n1.open()
    await n1.check('ani', session)
    const board: Board = await n1.folded(session)
    const events = await n1.events(`attendance:${session}`)
    expect(events.reduce(apply, board)).toEqual(board)
  })
})
