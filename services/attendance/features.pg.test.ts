import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fc } from '../../prove/testing/property'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { WebAnswer, WebVisit } from '../../protocol/web'
import { codeAtForTests } from './testing'
import type { BoardAnswer, Checked } from './model'
import { windowMs } from './model/decide'
import type { MineRow, TableRow, Timetable } from './model/lists'
import type { Group } from './model/percent'
import { seats } from './model/seats'
import { attendanceRoutes } from './routes'
import { admin, asked, classes, Node, person, teacher } from './testing'

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

/** As the HTTP door would. */
async function web(path: string, who?: ReturnType<typeof person>, init: RequestInit = {}, address = '203.0.113.9') {
  const request = new Request(`http://campus.test${path}`, init)
  const parts = new URL(request.url).pathname.split('/')
  for (const route of attendanceRoutes) {
    const pattern = route.path.split('/')
    const fits =
      pattern.length === parts.length && pattern.every((part, at) => part.startsWith(':') || part === parts[at])
    if (!fits || route.method !== request.method) continue
    const params = Object.fromEntries(
      pattern.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), parts[at]!]] : [])),
    )
    const visit: WebVisit = {
      ...{ actor: who, params, lang: 'en', address, origin: 'http://alun.test' },
      execute: (name, input) => n1.registry.execute(who, name, input),
      asSystem: (name, input) => n1.registry.perform(name, input),
      body: () => request.json() as Promise<Record<string, unknown>>,
    }
    return route.run(request, visit)
  }
  throw new Error(`no route ${path}`)
}

const textOf = ({ body }: WebAnswer): string => (typeof body === 'string' ? body : '')

const scan = (session: string, code: string) =>
  web('/attendance/scan', undefined, { method: 'POST', body: JSON.stringify({ session, code }) })

describe('a code on the projector', () => {
  const open = (more: object = {}) => n1.open({ rules: { code: true, codeSeconds: 5, ...more } })
  const shown = async (session: string) => n2.call<{ code: string; path: string }>(teacher, 'code', { session })

  test('is typed, in any case, and a wrong one is told; ten wrong ones close the typing', async () => {
    const session = await open()
    expect(await n1.check('ani', session)).toMatchObject({ verdict: 'refused', reason: 'code_needed' })
    expect(await n1.check('ani', session, { code: 'AAAAAA' })).toMatchObject({ reason: 'wrong_code' })
    const { code } = await shown(session)
    expect(await n1.check('ani', session, { code: code.toLowerCase() })).toMatchObject({ verdict: 'accepted' })
    const guesses = Array.from({ length: 30 }, (_, n) =>
      n1.check('eve', session, { code: `AAAA${String(n).padStart(2, '2')}` }),
    )
    const reasons = (await Promise.all(guesses)).map(({ reason }) => reason)
    expect(reasons.filter((reason) => reason === 'wrong_code').length).toBe(10)
    expect(reasons.filter((reason) => reason === 'too_many_tries').length).toBe(20)
    expect(await n2.check('eve', session, { code: (await shown(session)).code })).toMatchObject({
      reason: 'too_many_tries',
    })
    expect(await n1.faults(session)).toEqual([])
  })

  test('that was scanned before signing in is honoured afterwards, for one person', async () => {
    const session = await open()
    const code = (await shown(session)).path.split('#')[1]!
    const { ticket } = JSON.parse(textOf(await scan(session, code))) as { ticket: string }
    // The code itself is long over; the ticket is not.
    expect(
      await errorOf(scan(session, codeAtForTests(await n1.secretOf(session), session, Date.now() - 60_000))),
    ).toMatchObject({
      code: 'invalid',
    })
    expect(await n2.check('ani', session, { code: ticket })).toMatchObject({ verdict: 'accepted' })
    expect(await n1.check('budi', session, { code: ticket })).toMatchObject({ verdict: 'refused', reason: 'scan_used' })
    expect(await n1.check('budi', session, { code: `${ticket}x` })).toMatchObject({ reason: 'wrong_code' })
    const other = await open()
    expect(await n1.check('budi', other, { code: ticket })).toMatchObject({ reason: 'wrong_code' })
    expect(await errorOf(scan('nothing', code))).toMatchObject({ code: 'not_found' })
    expect(await errorOf(n1.call(person('ani'), 'exchange', { session, code }))).toMatchObject({ code: 'not_found' })
  })
})

test('the campus network is one signal: for whoever calls from it, many behind one address as well', async () => {
  const session = await n1.open({ rules: { network: ['10.20.0.0/16'] } })
  const proof = async (who: string, address: string) =>
    (
      JSON.parse(textOf(await web(`/attendance/network/${session}`, person(who), {}, address))) as {
        network: string
      }
    ).network
  for (const who of ['ani', 'budi']) {
    expect(await n1.check(who, session, { network: await proof(who, '10.20.3.4') })).toMatchObject({
      verdict: 'accepted',
    })
  }
  const anis = await proof('ani', '10.20.3.4')
  expect(await n1.check('citra', session, { network: anis })).toMatchObject({ reason: 'network_needed' })
  expect(await errorOf(proof('citra', '203.0.113.9'))).toMatchObject({ code: 'forbidden' })
  expect(await errorOf(web(`/attendance/network/${session}`))).toMatchObject({ code: 'unauthenticated' })
})

describe('a timetable', () => {
  const csv =
    'Judul;Kelas;Hari;Mulai;Selesai\nFisika;x1;Senin;08.00;09.40\nKimia;x1;Rabu;10:00;11:40\nOlahraga;x1;Hari Raya;10:00;11:40\n'

  test('is read first, then made once, without holidays, in the zone of the campus', async () => {
    classes.set('x1', { students: [person('ani')], teachers: [] })
    const input = {
      format: 'csv',
      text: csv,
      zone: 'WITA',
      from: '2027-01-04',
      to: '2027-01-17',
      holidays: ['2027-01-06'],
      earlyMinutes: 10,
    }
    const dry = await n1.call<Timetable>(teacher, 'timetable', { ...input, dryRun: true })
    expect(dry.created).toEqual([])
    expect(dry.sessions).toEqual([
      { title: 'Fisika', class: 'x1', startsAt: '2027-01-04T00:00:00.000Z', closesAt: '2027-01-04T01:40:00.000Z' },
      { title: 'Fisika', class: 'x1', startsAt: '2027-01-11T00:00:00.000Z', closesAt: '2027-01-11T01:40:00.000Z' },
      { title: 'Kimia', class: 'x1', startsAt: '2027-01-13T02:00:00.000Z', closesAt: '2027-01-13T03:40:00.000Z' },
    ])
    expect(dry.skipped.map(({ why }) => why.en)).toEqual(['no day or date that can be read', 'a holiday'])
    const made = await n1.call<Timetable>(teacher, 'timetable', input)
    expect(made.created.length).toBe(3)
    const board = await n1.board(made.created[0]!)
    expect(board.session).toMatchObject({
      status: 'scheduled',
      once: true,
      zone: 'Asia/Makassar',
      opensAt: '2027-01-03T23:50:00.000Z',
    })
    expect(board.people).toEqual([{ id: 'ani', name: 'ani' }])
    const again = await n1.call<Timetable>(teacher, 'timetable', input)
    expect([again.created.length, again.skipped.length]).toEqual([0, 5])
    expect(await errorOf(n1.call(teacher, 'timetable', { ...input, text: '' }))).toMatchObject({ code: 'invalid' })
    const stranger = person('lain', 'teacher')
    const others = await n1.call<Timetable>(stranger, 'timetable', { ...input, classes: { X1: 'x1' } })
    expect([others.created.length, others.skipped.at(-1)?.why.en]).toEqual([
      0,
      expect.stringContaining('Only teachers of this class'),
    ])
    expect(await errorOf(n1.call(stranger, 'open', { title: 'x', class: 'x1' }))).toMatchObject({ code: 'forbidden' })
  })

  test('comes as a calendar too: weekly and monthly, with exceptions, moved and cancelled lessons, in three zones', async () => {
    const ical = [
      'BEGIN:VCALENDAR',
      ...['BEGIN:VEVENT', 'UID:a', 'SUMMARY:Matematika\\, lanjut', 'DTSTART;TZID=Asia/Jayapura:20270104T080000'],
      ...['DTEND;TZID=Asia/Jayapura:20270104T093000', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5'],
      ...['EXDATE;TZID=Asia/Jayapura:20270107T080000', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'UID:a', 'RECURRENCE-ID;TZID=Asia/Jayapura:20270111T080000', 'SUMMARY:Matematika (pindah)'],
      ...['DTSTART:20270112T010000Z', 'DURATION:PT1H30M', 'END:VEVENT'],
      ...[
        'BEGIN:VEVENT',
        'UID:b',
        'SUMMARY:Batal',
        'STATUS:CANCELLED',
        'DTSTART:20270104T080000Z',
        'DTEND:20270104T090000Z',
        'END:VEVENT',
      ],
      ...['BEGIN:VEVENT', 'UID:c', 'SUMMARY:Libur', 'DTSTART;VALUE=DATE:20270104', 'END:VEVENT'],
      ...[
        'BEGIN:VEVENT',
        'UID:d',
        'SUMMARY:Bulanan',
        'DTSTART:20270104T080000Z',
        'DTEND:20270104T090000Z',
        'RRULE:FREQ=MONTHLY;BYDAY=1MO,-1MO;UNTIL=20270301T080000Z',
        'END:VEVENT',
      ],
      ...['BEGIN:VEVENT', 'UID:e', 'SUMMARY:Tahunan', 'DTSTART:20270104T080000Z', 'DTEND:20270104T090000Z'],
      ...['RRULE:FREQ=YEARLY', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'UID:f', 'SUMMARY:Tanpa akhir', 'DTSTART:20250106T080000Z', 'DTEND:20250106T090000Z'],
      ...['RRULE:FREQ=WEEKLY;INTERVAL=2', 'END:VEVENT'],
      'END:VCALENDAR',
    ].join('\r\n')
    const { sessions, skipped } = await n1.call<Timetable>(teacher, 'timetable', {
      format: 'ical',
      text: ical,
      from: '2027-01-10',
      to: '2027-02-06',
      dryRun: true,
    })
    expect(sessions.map(({ title, startsAt }) => `${startsAt.slice(0, 16)} ${title}`)).toEqual([
      '2027-01-03T23:00 Matematika, lanjut',
      '2027-01-04T08:00 Bulanan',
      '2027-01-12T01:00 Matematika (pindah)',
      '2027-01-13T23:00 Matematika, lanjut',
      '2027-01-17T23:00 Matematika, lanjut',
      '2027-01-18T08:00 Tanpa akhir',
      '2027-01-25T08:00 Bulanan',
      '2027-02-01T08:00 Bulanan',
      '2027-02-01T08:00 Tanpa akhir',
      '2027-02-22T08:00 Bulanan',
      '2027-03-01T08:00 Bulanan',
    ])
    expect(skipped.map(({ what }) => what)).toEqual(['Libur', 'Tahunan'])
  })

  test('a whole day is from midnight to midnight where the campus is', async () => {
    const session = await n1.open({ wholeDay: '2027-02-01', zone: 'WIT' })
    expect((await n1.board(session)).session).toMatchObject({
      ...{ opensAt: '2027-01-31T15:00:00.000Z', closesAt: '2027-02-01T15:00:00.000Z', once: false },
    })
  })
})

test('what holds for the campus is an admin’s to say, and new sessions and timetables go by it', async () => {
  const before = await n1.call(teacher, 'settings')
  expect(before).toMatchObject({ zone: 'Asia/Jakarta', locationDays: 7 })
  expect(await errorOf(n1.call(teacher, 'configure', { zone: 'WIT' }))).toMatchObject({ code: 'forbidden' })
  expect(await errorOf(n1.call(person('ani'), 'settings'))).toMatchObject({ code: 'forbidden' })
  for (const wrong of [
    { networks: ['10.0.0.0/99'] },
    { holidays: ['25.12.2026'] },
    { zone: 'Mars' },
    { locationDays: 91 },
  ]) {
    expect([wrong, await errorOf(n1.call(admin, 'configure', wrong))]).toMatchObject([wrong, { code: 'invalid' }])
  }
  await n1.call(admin, 'configure', { zone: 'WIT', holidays: ['2027-05-03'] })
  await n2.call(admin, 'configure', { networks: ['10.20.0.0/16'] })
  expect(await n1.call(teacher, 'settings')).toEqual({
    ...{ zone: 'Asia/Jayapura', holidays: ['2027-05-03'], networks: ['10.20.0.0/16'], locationDays: 7 },
  })
  const { sessions, skipped } = await n2.call<Timetable>(teacher, 'timetable', {
    ...{
      format: 'weekly',
      text: 'mon 08:00-09:00',
      title: 'Kimia',
      from: '2027-05-03',
      to: '2027-05-10',
      dryRun: true,
    },
  })
  expect(sessions.map(({ startsAt }) => startsAt)).toEqual(['2027-05-09T23:00:00.000Z'])
  expect(skipped.map(({ why }) => why.en)).toEqual(['a holiday'])
  await n1.call(admin, 'configure', before)
  expect(await n1.call(teacher, 'settings')).toEqual(before)
})

describe('a card reader', () => {
  test('is heard once for each record, from whichever node, and late uploads wait for a look', async () => {
    const session = await n1.open({
      roster: [
        { id: 'ani', name: 'Ani' },
        { id: 'budi', name: 'Budi' },
      ],
      once: true,
      rules: { code: true },
    })
    await n1.call(admin, 'set_cards', { cards: [{ card: '04:a1', user: 'ani', name: 'Ani' }] })
    const records = [
      { key: '1', card: '04:a1', at: new Date().toISOString() },
      { key: '2', user: 'budi' },
      { key: '3', card: 'unknown' },
      { key: '4', card: '04:a1' },
    ]
    const send = (node: Node, more: object = {}) =>
      node.call<{ results: { key: string; verdict: string; reason?: string; record?: { id: string } }[] }>(
        teacher,
        'ingest',
        {
          ...{ device: 'gate-1', session, records, ...more },
        },
      )
    const [first, second] = await Promise.all([send(n1), send(n2)])
    expect(first.results.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'refused', 'duplicate'])
    expect(second.results).toEqual(first.results)
    expect((await n1.board(session)).records.map(({ how }) => how)).toEqual(['card', 'card'])
    expect(first.results[3]!.record!.id).toBe(first.results[0]!.record!.id)
    expect(await n1.check('ani', session)).toMatchObject({ verdict: 'duplicate' })
    const closed = await n1.open({ roster: [{ id: 'ani', name: 'Ani' }] })
    const during = new Date().toISOString()
    await n1.later(closed, -1)
    await n1.later(closed, 600)
    await n1.call(teacher, 'close', { session: closed })
    const late = await send(n1, {
      session: closed,
      records: [
        { key: 'l', card: '04:a1', at: new Date(Date.parse(during) - 300_000).toISOString() },
        { key: 'm', user: 'ani', direction: 'out' },
      ],
    })
    expect(late.results).toMatchObject([
      { verdict: 'accepted', pending: true },
      { verdict: 'refused', reason: 'closed' },
    ])
    expect((await n1.board(closed)).records[0]!.flags).toEqual(['late_upload'])
    expect(await errorOf(n1.call(person('ani'), 'ingest', { device: 'x', records }))).toMatchObject({
      code: 'forbidden',
    })
    expect(await n1.faults(session)).toEqual([])
  })
})

describe('reports', () => {
  test('say of each person what the board says, and the percentage what its formula says', async () => {
    const students = ['rani', 'sasa', 'tono', 'umar'].map((id) => person(id))
    classes.set('r1', { students, teachers: [] })
    const sessions: string[] = []
    for (let n = 0; n < 4; n++) {
      const session = await n1.open({
        class: 'r1',
        title: `Sesi ${n}`,
        place: { lat: 0, lng: 0, radius: 50 },
        lateAfterMinutes: n === 1 ? 0 : 30,
        startsAt: new Date(Date.now() - 60_000).toISOString(),
        opensAt: new Date(Date.now() - 120_000).toISOString(),
      })
      sessions.push(session)
      await n1.check('rani', session, { position: { lat: 0, lng: 0, accuracy: 5 } })
      if (n === 0) await n1.check('sasa', session, { position: { lat: 0.0005, lng: 0, accuracy: 20 } })
      if (n === 2) await n1.call(teacher, 'mark', { session, marks: [{ user: 'sasa', status: 'excused' }] })
      if (n < 3) await n1.call(teacher, 'close', { session })
    }
    const { rows } = await n1.call<{ rows: TableRow[] }>(admin, 'table', { class: 'r1' })
    expect(rows.length).toBe(16)
    for (const session of sessions) {
      const expected = seats(await n1.board(session))
        .map(({ id, status }) => `${id} ${status}`)
        .toSorted()
      const found = rows
        .filter((row) => row.session === session)
        .map(({ user, status }) => `${user} ${status}`)
        .toSorted()
      expect(found).toEqual(expected)
    }
    const mine = async (who: string) =>
      (await n1.call<{ rows: MineRow[]; groups: Group[] }>(person(who), 'mine')).groups[0]
    expect(await mine('rani')).toEqual({
      class: 'r1',
      title: 'Sesi 3',
      held: 3,
      excused: 0,
      attended: 3,
      late: 1,
      percent: 100,
    })
    // One waits for a look, one was excused: one is counted, and missed.
    expect(await mine('sasa')).toMatchObject({ held: 2, excused: 1, attended: 0, percent: 0 })
    const filtered = async (more: object, who = admin) =>
      (await n1.call<{ rows: TableRow[] }>(who, 'table', { class: 'r1', ...more })).rows
    expect((await filtered({ status: 'late' })).map(({ user }) => user)).toEqual(['rani'])
    expect((await filtered({ q: 'TON' })).length).toBe(4)
    expect((await filtered({}, person('lain', 'teacher'))).length).toBe(0)
    const file = textOf(await web('/attendance/export/table/csv?class=r1&status=excused', admin))
    expect(file.split('\r\n')[1]).toMatch(/^Sesi 2,r1,.*,sasa,excused/)
    const sheet = (await web(`/attendance/export/session/${sessions[0]}/xlsx`, teacher)).body as Uint8Array
    expect(new TextDecoder().decode(sheet.slice(0, 2))).toBe('PK')
    expect(await errorOf(web(`/attendance/export/session/${sessions[0]}/csv`, person('rani')))).toMatchObject({
      code: 'forbidden',
    })
    const chain = JSON.parse(textOf(await web(`/attendance/export/attempts/${sessions[0]}/json`, teacher))) as {
      attempts: unknown[]
    }
    expect(chain.attempts.length).toBe((await n1.board(sessions[0]!)).seq)
  })

  test('warn the student first, then the teacher at a later session, and nobody twice', async () => {
    classes.set('w1', { students: [person('wati'), person('yudi')], teachers: [person('ratna', 'teacher')] })
    const hold = async () => {
      const session = await n1.open({ class: 'w1', title: 'Kalkulus', warnBelow: 75 })
      await n1.check('yudi', session)
      await n1.call(teacher, 'close', { session })
      asked.length = 0
      const jobs = [...n1.jobs]
      await n1.runJobs()
      n1.jobs.push(...jobs)
      await n1.runJobs()
      return asked.filter(({ name }) => name === 'inbox.notify').map(({ input }) => input)
    }
    expect(await hold()).toEqual([])
    expect(await hold()).toEqual([])
    const third = await hold()
    expect(third).toMatchObject([{ to: ['wati'], kind: 'attendance.warning', url: '/attendance/mine' }])
    const fourth = await hold()
    expect(fourth.length).toBe(1)
    expect((fourth[0]!['to'] as string[]).toSorted()).toEqual(['guru', 'ratna'])
    expect(await hold()).toEqual([])
  })

  test('a session has its thread when it is asked for', async () => {
    asked.length = 0
    // One who can be no member would leave all others without it.
    const odd = n1.open({
      thread: true,
      roster: [
        { id: 'ani', name: 'Ani' },
        { id: 'a b', name: 'Abe' },
      ],
    })
    expect(await errorOf(odd)).toMatchObject({ code: 'invalid' })
    const session = await n1.open({ thread: true, roster: [{ id: 'ani', name: 'Ani' }] })
    await n1.call(teacher, 'close', { session })
    await n1.runJobs()
    expect(asked.map(({ name }) => name)).toEqual([
      'discussion.thread',
      'discussion.note',
      'discussion.thread',
      'discussion.note',
    ])
    expect(asked[0]!.input).toMatchObject({ service: 'attendance', id: session, open: false, members: ['guru', 'ani'] })
  })
})

test('a calendar’s address is secret, replaced by the next and ended by its owner', async () => {
  await n1.open({
    title: 'Rapat; besar',
    startsAt: '2027-03-01T01:00:00Z',
    opensAt: '2027-03-01T01:00:00Z',
    closesAt: '2027-03-01T02:00:00Z',
    roster: [{ id: 'ical', name: 'I' }],
  })
  const lane = n1.db.lane('tests', { connections: 1 })
  const url = async () => (await n1.call<{ path: string }>(person('ical'), 'feed_url')).path
  const first = await url()
  const soon = await n1.open({ title: 'Rapat; besar', roster: [{ id: 'ical', name: 'I' }] })
  const body = textOf(await web(first))
  expect(body).toContain(`UID:${soon}@alun\r\n`)
  expect(body).toContain('SUMMARY:Rapat\\; besar\r\n')
  expect(body.split('\r\n').every((line) => new TextEncoder().encode(line).length <= 75)).toBe(true)
  const second = await url()
  expect(await errorOf(web(first))).toMatchObject({ code: 'not_found' })
  await web(second)
  const key = second.split('/').at(-1)!.slice(0, 20)
  expect(await lane.query('SELECT 1 FROM kernel.answers WHERE output::text LIKE $1', [`%${key}%`])).toEqual([])
  await n1.call(person('ical'), 'revoke_feed')
  expect(await errorOf(web(second))).toMatchObject({ code: 'not_found' })
})

/** The simplest thing that can be true: a list, one after the other. */
class Model {
  private readonly live: { user: string; direction: string; id: string; at: number }[] = []
  constructor(private readonly once: boolean) {}

  winner(user: string, direction: string, at: number): string | undefined {
    const last = this.live.findLast((one) => one.user === user && one.direction === direction)
    return last && (this.once || at < last.at + windowMs) ? last.id : undefined
  }

  accept(user: string, direction: string, id: string, at: number): void {
    this.live.push({ user, direction, id, at })
  }

  undo(id: string): void {
    const at = this.live.findIndex((one) => one.id === id)
    if (at >= 0) this.live.splice(at, 1)
  }

  wait(ms: number): void {
    for (const one of this.live) one.at -= ms
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('check' as const),
      user: fc.constantFrom('a', 'b', 'c'),
      direction: fc.constantFrom('in', 'out'),
      node: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), nth: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(100, 299, 301, 900) }),
  },
)

test('any sequence of checks, undoings and waiting, over two nodes, is what a simple list says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 5, maxLength: 25 }), async (once, steps) => {
      const [session, model] = [await n1.open({ once, opensAt: '2026-01-01T00:00:00Z' }), new Model(once)]
      const accepted: string[] = []
      for (const one of steps) {
        if (one.do === 'wait') {
          await n1.later(session, one.seconds)
          model.wait(one.seconds * 1000)
        } else if (one.do === 'undo') {
          const id = accepted[one.nth]
          if (id) await n1.call(teacher, 'undo', { session, record: id })
          if (id) model.undo(id)
        } else {
          const answer: Checked = await [n1, n2][one.node]!.check(one.user, session, { direction: one.direction })
          const at = answer.verdict === 'accepted' ? Date.parse(answer.record!.at) : Date.now()
          const winner = model.winner(one.user, one.direction, at)
          expect([answer.verdict, winner ?? answer.record!.id]).toEqual([
            winner ? 'duplicate' : 'accepted',
            answer.record!.id,
          ])
          if (!winner) accepted.push(answer.record!.id)
          if (!winner) model.accept(one.user, one.direction, answer.record!.id, at)
        }
      }
      const board: BoardAnswer = await n1.board(session)
      const folded = await n1.folded(session)
      expect(folded.records.map(({ id }) => id).toSorted()).toEqual(board.records.map(({ id }) => id).toSorted())
      expect(await n1.faults(session)).toEqual([])
    }),
    { numRuns: 25 },
  )
}, 60_000)
