/**
 * Arguments that mean harm, by a seed: what a method's own schema lets through and what it should not, at every edge
 * that it has, with ids of things that are really there. Made from the documents, so that a method that is new is met too.
 */
import type { Finds } from './hostile/finds'
import { fits, type Shape } from './hostile/shape'
import { lessons, roster } from './hostile/tables'
import { infinite, never, repeated, wicked, wickedNumbers } from './hostile/words'
import type { Random } from './random'

export { Finds } from './hostile/finds'
export type { Shape } from './hostile/shape'
export { asJson } from './hostile/words'

export class Hostile {
  constructor(
    private readonly random: Random,
    private readonly finds: Finds,
    private readonly service: string,
  ) {}

  /** An input that is right, but for what this one call is about. */
  input(shape: Shape): unknown {
    const sound = this.sound(shape)
    if (this.random.chance(0.15)) return sound
    let value = sound
    for (let n = 1 + this.random.int(2); n > 0; n--) value = this.spoiled(shape, value, '')
    if (this.random.chance(0.05) && typeof value === 'object' && value !== null && !Array.isArray(value))
      return { ...value, ['__proto__']: { role: 'admin', isAdmin: true }, constructor: { prototype: {} } }
    return value
  }

  /** A text of its own, or one that is there under that name. */
  word(name: string): string {
    const found = this.random.chance(0.4) ? this.finds.like(this.service, name, {}, this.random) : undefined
    return found ?? this.harmful({ maxLength: 2000 })
  }

  /** As the schema wants it, as far as its shape goes. */
  sound(shape: Shape, name = ''): unknown {
    const { random } = this
    const either = shape.anyOf ?? shape.oneOf
    if (either) return this.sound(random.pick(either), name)
    if (shape.const !== undefined) return shape.const
    if (shape.enum) return random.pick(shape.enum)
    const type = Array.isArray(shape.type) ? random.pick(shape.type) : shape.type
    if (type === 'object' || shape.properties) return this.object(shape)
    if (type === 'array') {
      const most = Math.min(shape.maxItems ?? 3, 3)
      const many = Math.max(shape.minItems ?? 0, random.int(most + 1))
      return Array.from({ length: many }, () => this.sound(shape.items ?? {}, name))
    }
    if (type === 'boolean') return random.chance(0.5)
    if (type === 'integer' || type === 'number') return this.number(shape)
    if (type === 'null') return null
    return type === 'string' ? this.text(shape, name) : random.pick([null, 1, 'x', [], {}])
  }

  private object({ properties = {}, required = [], additionalProperties, propertyNames }: Shape): object {
    const wanted = Object.entries(properties).filter(([name]) => required.includes(name) || this.random.chance(0.4))
    const fields = Object.fromEntries(wanted.map(([name, one]) => [name, this.sound(one, name)]))
    if (typeof additionalProperties !== 'object' || wanted.length > 0) return fields
    return Object.fromEntries(
      Array.from({ length: this.random.int(3) }, () => [
        String(this.sound(propertyNames ?? { type: 'string' })),
        this.sound(additionalProperties),
      ]),
    )
  }

  private number({ minimum, maximum, exclusiveMinimum }: Shape): number {
    const low = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1)
    return Math.max(low, Math.min(maximum ?? 100, low + this.random.int(100)))
  }

  private text(shape: Shape, name: string): string {
    const { random } = this
    if (name === 'key') return `k${random.int(2 ** 32)}`
    if (name === 'csv') return roster(random)
    // A timetable's text; other texts are shorter.
    if (name === 'text' && (shape.maxLength ?? 0) > 100_000) return lessons(random)
    const soon = new Date(Date.now() + random.int(7_200_000) - 3_600_000).toISOString()
    const found = this.finds.like(this.service, name, shape, random)
    if (found !== undefined && random.chance(0.85)) return found
    const likely = ['words', '👍', soon, soon.slice(0, 10), never, 'a1', 'A1', '/ok']
    const more = [
      'service.verb',
      'https://push.example.invalid/x',
      'Asia/Jakarta',
      'a'.repeat(24),
      '08:00',
      '+62811000000',
    ]
    return random.shuffle(likely).find((text) => fits(shape, text)) ?? more.find((text) => fits(shape, text)) ?? 'words'
  }

  /** The same with one leaf that means harm. */
  private spoiled(shape: Shape, value: unknown, name: string): unknown {
    const { random } = this
    const either = shape.anyOf ?? shape.oneOf
    if (either) return this.spoiled(random.pick(either), value, name)
    if (name === 'csv' || (shape.maxLength ?? 0) > 100_000)
      return random.chance(0.7) ? this.text(shape, name) : this.harmful(shape)
    if (random.chance(0.04)) return random.pick([null, [], {}, '', 0, true, [[]], { length: 1 }, infinite])
    if (Object.keys(shape.properties ?? {}).length > 0 && typeof value === 'object' && value !== null) {
      const [field, one] = random.pick(Object.entries(shape.properties!))!
      return { ...value, [field]: this.spoiled(one, (value as Record<string, unknown>)[field], field) }
    }
    if (typeof shape.additionalProperties === 'object') return this.names(shape)
    if (shape.type === 'array') return this.list(shape, Array.isArray(value) ? value : [], name)
    if (shape.type === 'integer' || shape.type === 'number') return this.edgeOf(shape)
    return shape.enum && random.chance(0.5) ? random.pick(shape.enum) : this.harmful(shape)
  }

  private names({ additionalProperties, propertyNames }: Shape): object {
    const one = (): [string, unknown] => [
      this.harmful(propertyNames ?? {}),
      this.spoiled(additionalProperties as Shape, this.sound(additionalProperties as Shape), ''),
    ]
    return Object.fromEntries(Array.from({ length: 1 + this.random.int(4) }, one))
  }

  private list(shape: Shape, value: unknown[], name: string): unknown[] {
    const { items = {}, maxItems = 50 } = shape
    const one = value[0] ?? this.sound(items, name)
    return this.random.pick([
      () => [],
      () => [one, one],
      () => Array.from({ length: Math.min(maxItems, 300) }, () => one),
      () => Array.from({ length: Math.min(maxItems + 1, 300) }, () => this.sound(items, name)),
      () => [...value, this.spoiled(items, one, name)],
    ])()
  }

  private edgeOf({ minimum, maximum, exclusiveMinimum }: Shape): unknown {
    const edges = [minimum, maximum, exclusiveMinimum].filter((edge) => edge !== undefined)
    const near = edges.flatMap((edge) => [edge, edge, edge - 1, edge + 1, edge + 0.5])
    return this.random.pick([...near, ...wickedNumbers])
  }

  /** Mostly what the schema lets through: that goes deepest. */
  private harmful(shape: Shape): string {
    const { random } = this
    const most = Math.min(shape.maxLength ?? 9000, 20_000)
    const long = (): string =>
      random
        .pick(repeated)
        .repeat(most)
        .slice(0, most + random.int(2))
    const called = this.finds.name(random) ?? ''
    // Said to be somebody's name, or to be anything: what was harmless when it was made may not be when it is used.
    if (called !== '' && random.chance(0.2)) {
      const said = random.pick([called, `@${called}`, `${called} @${called}, ${called}`, called.toUpperCase()])
      if (fits(shape, said)) return said
    }
    const all = [
      ...wicked,
      long(),
      long(),
      `words ${random.pick(wicked)}`,
      `${random.pick(wicked)}${random.pick(wicked)}`,
    ]
    const through = random.chance(0.8) ? all.filter((text) => fits(shape, text)) : []
    return random.pick(through.length > 0 ? through : all)
  }
}
