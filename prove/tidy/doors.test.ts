/** For each rule: offenders that it must see, and neighbours that it must leave alone. */
import { describe, expect, test } from 'bun:test'
import { doorRules, offencesAtDoors } from './doors'
import { graphOf } from './imports'
import { treeOf } from './tree'

/** `importer -> imported`, `importer => imported` for types only. */
interface Cases {
  offends: string[]
  fine: string[]
}

const cases: Record<string, Cases> = {
  'a room of the kernel is entered by its door': {
    offends: [
      'kernel/hub.ts -> kernel/bus/postgres.ts',
      'edge/http.ts => kernel/db/errors.ts',
      'edge/a.test.ts -> kernel/bus/postgres.ts',
    ],
    fine: [
      'kernel/bus.ts -> kernel/bus/postgres.ts',
      'kernel/bus/postgres.ts -> kernel/bus/wire.ts',
      'kernel/log.test.ts -> kernel/bus/wire.ts',
      'edge/a.test.ts -> kernel/bus/simulated.ts',
    ],
  },
  'the durable parts of the kernel do not know the volatile ones': {
    offends: ['kernel/log.ts => kernel/hub.ts', 'kernel/batch/run.ts -> kernel/presence.ts'],
    fine: [
      'kernel/hub.ts -> kernel/log.ts',
      'kernel/log.pg.test.ts -> kernel/hub.ts',
      'kernel/jobs.ts -> kernel/bus.ts',
    ],
  },
  'services are islands': {
    offends: [
      'services/drops/commands.ts -> services/people/users.ts',
      'services/drops/commands.ts => services/people/queries.ts',
      'services/drops/commands.ts -> services/people/model.ts',
      'prove/example/commands.ts => services/inbox/schemas.ts',
    ],
    fine: [
      'services/drops/commands.ts => services/people/model.ts',
      'services/drops/commands.ts -> services/drops/policy.ts',
      'services/drops/claim.pg.test.ts -> services/people/service.ts',
      'main/services.ts -> services/people/service.ts',
    ],
  },
  'a model is pure': {
    offends: [
      'services/drops/model.ts -> node:crypto',
      'services/drops/model.ts => kernel/log.ts',
      'services/drops/model.ts -> services/drops/policy.ts',
      'services/drops/model.ts -> services/drops/schemas.ts',
      'services/drops/model.ts => services/people/schemas.ts',
      'services/drops/model/draw.ts => services/people/model.ts',
      'services/drops/model.ts -> zod',
      'prove/example/model.ts -> prove/example/schemas.ts',
    ],
    fine: [
      'services/drops/model.ts => zod',
      'services/drops/model.ts -> protocol/event.ts',
      'services/drops/model.ts -> services/drops/model/draw.ts',
      'services/drops/model.ts => services/drops/schemas.ts',
      'services/drops/model.test.ts -> fast-check',
    ],
  },
  'web and client see models and protocol only': {
    offends: [
      'web/drops/page.tsx => services/drops/commands.ts',
      'web/drops/page.tsx -> kernel/log.ts',
      'client/live.ts => kernel/service.ts',
      'client/live.ts -> web/shell.ts',
      'client/live.ts -> services/drops/policy.ts',
    ],
    fine: [
      'web/drops/page.tsx -> client/live.ts',
      'web/drops/page.tsx -> services/drops/model.ts',
      'web/drops/page.tsx -> react',
      'client/live.ts => protocol/event.ts',
      'web/build.ts -> main/config.ts',
      'client/live.test.ts -> prove/testing/until.ts',
    ],
  },
  'nobody imports main': {
    offends: [
      'edge/http.ts => main/config.ts',
      'prove/bench/main.ts -> main/node.ts',
      'kernel/db.test.ts -> main/config.ts',
    ],
    fine: [
      'main/node.ts -> main/config.ts',
      'main/config.test.ts -> main/config.ts',
      'prove/doors/slow.cluster.test.ts -> main/node.ts',
    ],
  },
  'nobody imports prove, but tests its helpers': {
    offends: [
      'main/cli.ts -> prove/chaos.ts',
      'main/cli.test.ts -> prove/chaos.ts',
      'edge/http.ts => prove/testing/until.ts',
    ],
    fine: [
      'prove/chaos.ts -> prove/checks.ts',
      'edge/http.pg.test.ts -> prove/testing/until.ts',
      'web/app.e2e.test.ts -> prove/browser.ts',
      'services/people/testing.ts -> prove/testing/until.ts',
    ],
  },
  'helpers of tests stay with tests': {
    offends: ['services/people/service.ts -> services/people/testing.ts', 'kernel/bus.ts -> kernel/bus/simulated.ts'],
    fine: [
      'services/people/service.pg.test.ts -> services/people/testing.ts',
      'kernel/bus.contract.ts -> prove/testing/until.ts',
      'prove/bench/main.ts -> prove/testing/until.ts',
    ],
  },
}

/** The offences of a tree in which one file imports another. */
function offences(ruleName: string, link: string): string[] {
  const [from, kind, to] = link.split(' ') as [string, string, string]
  const isFile = /\.tsx?$/.test(to)
  const specifier = isFile ? `${'../'.repeat(from.split('/').length - 1)}${to.replace(/\.tsx?$/, '')}` : to
  const text = kind === '=>' ? `import type { X } from '${specifier}'` : `import { x } from '${specifier}'\nx()`
  const tree = treeOf({ [from]: text, ...(isFile ? { [to]: '' } : {}) })
  const rule = doorRules.find(({ name }) => name === ruleName)!
  return offencesAtDoors(graphOf(tree), rule).map(({ path, line }) => `${path}:${line}`)
}

test('every rule has its offenders here', () => {
  expect(Object.keys(cases)).toEqual(doorRules.map(({ name }) => name))
})

for (const [rule, { offends, fine }] of Object.entries(cases)) {
  describe(rule, () => {
    for (const link of offends) {
      test(`${link} offends`, () => expect(offences(rule, link)).toEqual([`${link.split(' ')[0]}:1`]))
    }
    for (const link of fine) test(`${link} is fine`, () => expect(offences(rule, link)).toEqual([]))
  })
}
