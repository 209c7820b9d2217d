import { expect, test } from 'bun:test'
import { z } from 'zod'
import { codes } from './errors'
import { eventData, position } from './event'
import { commandParams, disconnects, errors, unsubscribes } from './frames'
import { id, key, methodName, topic } from './ids'
import { wireVersion } from './version'

/** Everything that a client of another version could disagree with us about. */
const wire = {
  commands: Object.entries(commandParams).map(([name, schema]) => [name, schemaOf(schema)]),
  event: schemaOf(eventData),
  position: schemaOf(position),
  names: { id: schemaOf(id), key: schemaOf(key), topic: schemaOf(topic), method: schemaOf(methodName) },
  numbers: { codes, errors, disconnects, unsubscribes },
}

/** One line a version; an older one is never edited. */
const pins: Record<number, string> = {
  1: '31b927dae2e8a038',
}

test('what travels on the wire is what its version number says', () => {
  const hash = new Bun.CryptoHasher('sha256').update(JSON.stringify(wire)).digest('hex').slice(0, 16)
  if (hash === pins[wireVersion]) return
  throw new Error(
    `The wire's schemas have changed (${hash}), its version number (${wireVersion}) has not.\n` +
      'If older clients go on working with the change: raise wireVersion in protocol/version.ts, say there in a line what ' +
      `was added, and add "${wireVersion + 1}: '${hash}'" to the pins of this test.\n` +
      'If no release has carried this number yet, replacing its pin is enough.\n' +
      'If older clients would not: undo it. Fields are added, never removed or given another meaning.',
  )
})

test('every version has its line in the history', async () => {
  const history = await Bun.file(`${import.meta.dir}/version.ts`).text()
  for (const version of Object.keys(pins)) expect(history).toMatch(new RegExp(`^ \\* ${version}  \\S`, 'm'))
  expect(Math.max(...Object.keys(pins).map(Number))).toBe(wireVersion)
})

function schemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}
