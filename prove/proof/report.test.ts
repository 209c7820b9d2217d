import { expect, test } from 'bun:test'
import { History, type Call, type Record_ } from './history'
import { pageOf } from './report'
import type { Run } from './run'
import type { Verdict } from './verdict'

const call = (start: number, end: number, outcome: Call['outcome']): Record_ => ({
  ...{ type: 'call', client: 'c', user: 'ani', door: 'http', method: 'x.y', key: `k${start}`, input: {} },
  ...{ start, end, outcome },
})
const verdict = (promise: Verdict['promise'], more: Partial<Verdict> = {}): Verdict => ({
  ...{ promise, what: 'something', looked: 1234, broken: [], ...more },
})

function pageWith(records: readonly Record_[], verdicts: Verdict[], about: Record<string, unknown> = {}): Document_ {
  const history = new History()
  for (const record of records) history.add(record)
  const played = { name: 'chat', what: 'People talk', start: 0, end: 2000, skipped: ['fill disk (why <not>)'] }
  const run: Run = {
    ...{ seed: 7, startedAt: 0, history, verdicts },
    played: [{ ...played, faults: ['0.5 s kill node 2'], broke: ['kill node, n2: 500 ms'] }],
  }
  const page = pageOf(run, about)
  return { page, all: (pattern) => [...page.matchAll(pattern)].map(([, ...groups]) => groups.join(' ')) }
}

interface Document_ {
  page: string
  all(pattern: RegExp): string[]
}

const fault = (start: number, end: number): Record_ => ({
  ...{ type: 'fault', fault: 'kill node', target: 'n2', start, end },
})

test('every curve has every fault marked where and for how long it was, and tells which', () => {
  const { all } = pageWith([call(0, 100, 'ok'), fault(500, 1000), fault(1500, 1501)], [])
  // The whole is 844 wide from 56 on; what is short is still seen.
  const marks = all(/<rect x="([\d.]+)" y="0" width="([\d.]+)" height="\d+" class="fault"/g)
  expect(marks).toEqual([1, 2, 3].flatMap(() => ['267.0 211.0', '689.0 2.0']))
  expect(all(/<title>(kill[^<]*)</g)).toEqual([1, 2, 3].flatMap(() => ['kill node n2: 500 ms', 'kill node n2: 1 ms']))
})

test('the curves say how long answers and deliveries took, and how many there were', () => {
  const reader: Record_[] = [
    ...([{ type: 'joined', client: 'r', topic: 't', at: 0, node: 'n1', offset: 0 }] as const).map((one) => ({
      ...{ ...one, epoch: 'e', resumed: false, recovered: false },
    })),
    { type: 'seen', client: 'r', topic: 't', at: 1700, offset: 1, digest: 'd', committed: 1300 },
  ]
  const slow = [call(0, 100, 'ok'), call(0, 240, 'ok'), call(1000, 1010, 'unknown'), ...reader]
  const { page, all } = pageWith(slow, [])
  expect(all(/<figcaption>([^:]*):/g)).toEqual([
    'Answers, milliseconds from call to answer',
    'Delivery, milliseconds from commit to a reader',
    'Calls in a second',
  ])
  // The top of each scale is the most that there was: 240 ms, 400 ms, two in a quarter of a second.
  expect(all(/<text x="4" y="12">(\d+)</g)).toEqual(['240', '400', '8'])
  expect(page).toContain('<path d="M108.8 0.0" class="tail"/>')
  // Asked again: four in a second, once.
  expect(page).toMatch(/<path d="[^"]* 98\.0[^"]*" class="bad"\/>/)
})

test('there is a verdict for each promise, with the evidence, and counters of what people ask first', () => {
  const { page, all } = pageWith(
    [],
    [
      ...[verdict('G1', { broken: ['one', 'two <b>'] }), verdict('G2'), verdict('G3', { looked: 0 })],
      ...[verdict('G5', { unjudged: 'asleep', excused: 'asleep' })],
    ],
  )
  expect(all(/<th scope="row">(G\d+)<[^]*?class="verdict">([^<]*)</g)).toEqual([
    ...['G1 BROKEN', 'G2 held', 'G3 not tried', 'G4 not tried', 'G5 not judged', 'G6 not tried', 'G7 not tried'],
    ...['G8 not tried', 'G9 not tried', 'G10 not tried'],
  ])
  expect(page).toContain('<li>one</li><li>two &#60;b&#62;</li>')
  expect(page).toContain('Not counted: asleep')
  expect(all(/<b>(\d+)<\/b> ([^<]*)</g)).toEqual([
    ...['2 lost', '0 doubled', '0 out of order', '0 missed by a reader', '0 late'],
  ])
  expect(all(/<h1 class="(\w+)">([^<]*)</g)).toEqual(['broken Broken: G1'])
})

test('it says what it was made with, what was planned and what could not be had, and opens without a network', () => {
  const { page } = pageWith([fault(0, 10)], [verdict('G1')], { version: '1.2.3', bus: 'redis & co' })
  for (const told of ['seed 7', '<dt>version</dt><dd>1.2.3</dd>', '<dt>bus</dt><dd>redis &#38; co</dd>'])
    expect(page).toContain(told)
  for (const told of ['<li>0.5 s kill node 2</li>', 'kill node, n2: 500 ms', 'fill disk (why &#60;not&#62;)'])
    expect(page).toContain(told)
  expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:|src=/)
})
