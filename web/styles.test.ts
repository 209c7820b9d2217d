import { expect, test } from 'bun:test'

const css = await Bun.file(`${import.meta.dir}/styles.css`).text()
/** The blocks that set colours: light, dark by the device, dark by choice. */
const blocks = [...css.matchAll(/color-scheme: (light|dark);([^}]+)\}/g)].map((match) => coloursOf(match[2]!))
const [light, dark, chosen] = blocks as [Colours, Colours, Colours]
type Colours = Record<string, string>

function coloursOf(block: string): Colours {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]),
  )
}

/** A service's own accent over them, as its blocks say: in the light, in the dark by the device, in the dark by choice. */
const services = new Map<string, Colours[]>()
for (const [, name, block] of css.matchAll(/\[data-service='(\w+)'\] \{([^}]+)\}/g))
  services.set(name!, [...(services.get(name!) ?? []), coloursOf(block!)])
const looks: [name: string, colours: Colours][] = [
  ['light', light],
  ['dark', dark],
  ...[...services].flatMap(([name, [inLight, inDark]]): typeof looks => [
    [`light of ${name}`, { ...light, ...inLight }],
    [`dark of ${name}`, { ...dark, ...inDark }],
  ]),
]

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high! + 0.05) / (low! + 0.05)
}

const grounds = ['paper', 'surface', 'raised', 'sunken']
/** What is read on what. */
const texts: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] => [
    ['ink', ground],
    ['muted', ground],
    ['accent', ground],
  ]),
  ['bad', 'surface'],
  ['on-bad', 'bad'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['ink', 'accent-soft'],
  ['muted', 'accent-soft'],
  ['accent', 'accent-soft'],
  ['ok', 'accent-soft'],
  ['ink', 'warn-soft'],
  ['warn', 'warn-soft'],
  ['accent', 'warn-soft'],
  ['ink', 'bad-soft'],
  ['bad', 'bad-soft'],
]
/** What must be seen to be used: frames of fields, dots of state. */
const shapes: [string, string][] = ['field', 'ok', 'warn', 'bad'].flatMap((shape) =>
  ['surface', 'raised', 'paper'].map((ground): [string, string] => [shape, ground]),
)

for (const [name, colours] of looks) {
  test(`in the ${name}, every text stands out from its ground as WCAG AA asks`, () => {
    const weak = texts.filter(([text, ground]) => contrast(colours[text]!, colours[ground]!) < 4.5)
    expect(weak).toEqual([])
  })

  test(`in the ${name}, frames and signs can be told from their ground`, () => {
    const weak = shapes.filter(([shape, ground]) => contrast(colours[shape]!, colours[ground]!) < 3)
    expect(weak).toEqual([])
  })
}

test('dark is the same dark, whether the device or the person asks for it', () => {
  expect(chosen).toEqual(dark)
  expect([...services.keys()]).toEqual(['reports', 'attendance', 'drops'])
  for (const [, byDevice, byChoice] of services.values()) expect(byChoice).toEqual(byDevice)
})
