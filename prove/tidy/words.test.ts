/** For each rule: lines that it must see, and lines that it must leave alone, as `path | text`. */
import { describe, expect, test } from 'bun:test'
import { treeOf } from './tree'
import { offencesInWords, wordRules } from './words'

interface Cases {
  offends: string[]
  fine: string[]
}

const cases: Record<string, Cases> = {
  'kernel-words': {
    offends: [
      'kernel/log.ts | const openDrops = 1',
      "kernel/log.ts | const topic = 'discussion:general'",
      'kernel/log.ts | /** As the attendance board does. */',
      'kernel/log.ts | // for drops.claim',
    ],
    fine: [
      'kernel/log.ts | // a connection that breaks reports here, and the ring drops it',
      'kernel/log.ts | roster.drop(node)',
      'kernel/log.ts | reportFault(error)',
      "kernel/log.test.ts | append('discussion:general')",
      "services/drops/commands.ts | const name = 'drops.claim'",
    ],
  },
  'kernel-doors': {
    offends: ['kernel/hub.ts | Bun.serve({})', 'services/drops/queries.ts | return new Response()'],
    fine: ['edge/http.ts | Bun.serve({})', 'kernel/db.pg.test.ts | new Response(child.stderr)'],
  },
  sql: {
    offends: [
      'edge/http.ts | const text = `select id from people where id = $1`',
      "main/node.ts | run('INSERT INTO people VALUES (1)')",
      'client/live.ts | const text = `update kernel.topics set head = 1`',
      "web/app.tsx | run('create table x (y int)')",
    ],
    fine: [
      'services/drops/queries.ts | const text = `select id from drops.drops where id = $1`',
      "web/app.tsx | const label = 'Select one from the list'",
      "web/app.tsx | const label = 'Update the set of rooms'",
      'edge/http.ts | // select id from people where it hurts',
    ],
  },
  tables: {
    offends: [
      'services/drops/queries.ts | const text = `SELECT name FROM auth."user" WHERE id = $1`',
      'services/drops/queries.ts | const text = `SELECT 1 FROM drops.drop JOIN discussion.member USING (id)`',
    ],
    fine: [
      'services/drops/queries.ts | const text = `SELECT 1 FROM drops.drop JOIN kernel.topics USING (topic)`',
      'services/people/list.ts | const text = `SELECT name FROM auth."user"`',
      'services/drops/line.pg.test.ts | const text = `SELECT name FROM auth."user"`',
    ],
  },
  purity: {
    offends: ['protocol/event.ts | const now = new Date()', 'services/drops/model.ts | const luck = Math.random()'],
    fine: ['protocol/event.ts | const then = new Date(at)', 'services/drops/commands.ts | const now = new Date()'],
  },
  waits: {
    offends: [
      'kernel/hub.test.ts | await Bun.sleep(5)',
      'kernel/hub.test.ts | await new Promise((resolve) => setTimeout(resolve, 5))',
      "kernel/hub.test.ts | import { setTimeout as pause } from 'node:timers/promises'",
    ],
    fine: [
      'kernel/hub.ts | setTimeout(run, 5)',
      'prove/testing/until.ts | setTimeout(resolve, 5)',
      'kernel/hub.test.ts | setTimeout(give, 5) // tidy: waits: the device under test is slow',
    ],
  },
  rejects: {
    offends: [
      "kernel/hub.test.ts |   expect(run()).rejects.toThrow('no')",
      "kernel/hub.test.ts | expect(run('a', { b }))\n  .resolves.toBe(1)",
    ],
    fine: [
      "kernel/hub.test.ts |   await expect(run()).rejects.toThrow('no')",
      "kernel/hub.test.ts | test('a', () => expect(run()).rejects.toThrow('no'))",
    ],
  },
  only: {
    offends: ["kernel/hub.test.ts | test.only('this', run)", "kernel/hub.test.ts | describe.only('this', run)"],
    fine: ["kernel/hub.test.ts | test('only this', run)", "kernel/hub.test.ts | // test.only('this')"],
  },
  skip: {
    offends: [
      "kernel/hub.test.ts | test.skip('this', run)",
      "kernel/hub.test.ts | test.skipIf(!redis)('this', run)",
      "a.test.ts | test.todo('this')",
    ],
    fine: [
      "kernel/hub.test.ts | test.skipIf(!redis)('this', run) // tidy: skip: needs redis-server",
      "kernel/hub.test.ts | // tidy: skip: needs a browser\ntest.skipIf(true)('this', run)",
    ],
  },
  places: {
    offends: [
      `docs/a.md | see ${'/ho'}me/ann/alun`,
      `a.json | "dir": "${'/wo'}rk/alun"`,
      `package-lock.json | "${'resol'}ved": "x"`,
      `a.md | https://${'reg'}istry.example/x`,
      `.npmrc | //${'reg'}istry.example.org/:x`,
    ],
    fine: [
      'web/app.tsx | <a href="/homes/1">',
      'edge/http.ts | const at = "./work/x"',
      'a.ts | const registry = new Registry()',
    ],
  },
}

function offences(name: string, planted: string): string[] {
  const [path, text] = planted.split(' | ') as [string, string]
  const rule = wordRules.find((one) => one.name === name)!
  return offencesInWords(treeOf({ [path]: `\n${text}\n` }), rule).map((offence) => `${offence.path}:${offence.line}`)
}

test('every rule has its offenders here', () => {
  expect(Object.keys(cases)).toEqual(wordRules.map(({ name }) => name))
})

for (const [name, { offends, fine }] of Object.entries(cases)) {
  describe(name, () => {
    for (const planted of offends) {
      test(`${planted} offends`, () => expect(offences(name, planted)).toEqual([`${planted.split(' | ')[0]}:2`]))
    }
    for (const planted of fine) test(`${planted} is fine`, () => expect(offences(name, planted)).toEqual([]))
  })
}
