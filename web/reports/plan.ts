/**
 * A plan of the campus, drawn out of what it knows of itself: where its buildings are. It needs no map and no network.
 * Distances are metres from its north-west corner.
 */
import type { Place } from '../../services/reports/model'

export interface Position {
  lat: number
  lng: number
}

export interface Plan {
  width: number
  height: number
  /** The address of a picture that fills it. */
  image: string
  spotOf(position: Position): { x: number; y: number }
  positionOf(spot: { x: number; y: number }): Position
}

const metresPerDegree = 111_320
const leastMargin = 40
/** Narrower or wider than this it would be hard to tap. */
const mostNarrow = 0.6

/** Nothing where no place knows where it is. `also` is on it in any case. */
export function planOf(places: readonly Place[], also?: Position): Plan | undefined {
  const marks = places.flatMap(({ name, kind, lat, lng }) =>
    lat === undefined || lng === undefined ? [] : [{ name, kind, lat, lng }],
  )
  const all: Position[] = also ? [...marks, also] : marks
  if (all.length === 0) return undefined
  const [lats, lngs] = [all.map(({ lat }) => lat), all.map(({ lng }) => lng)]
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lngs), Math.max(...lngs)]
  const perLng = metresPerDegree * Math.cos((((south + north) / 2) * Math.PI) / 180)
  const [wide, high] = [(east - west) * perLng, (north - south) * metresPerDegree]
  const margin = Math.max(leastMargin, 0.15 * Math.max(wide, high))
  const longest = Math.max(wide, high) + 2 * margin
  const [width, height] = [wide, high].map((span) => Math.ceil(Math.max(span + 2 * margin, mostNarrow * longest)))
  const [left, top] = [(width! - wide) / 2, (height! - high) / 2]
  const spotOf: Plan['spotOf'] = ({ lat, lng }) => ({
    x: left + (lng - west) * perLng,
    y: top + (north - lat) * metresPerDegree,
  })
  const labels = marks.filter(({ kind }) => kind === 'building' || kind === 'campus')
  return {
    ...{ width: width!, height: height!, spotOf },
    positionOf: ({ x, y }) => ({
      lat: rounded(north - (y - top) / metresPerDegree),
      lng: rounded(west + (x - left) / perLng),
    }),
    image: picture(
      ...[width!, height!],
      (labels.length > 0 ? labels : marks).map(({ name, ...at }) => ({ name, ...spotOf(at) })),
    ),
  }
}

/** To the tenth of a metre. */
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

interface Mark {
  name: string
  x: number
  y: number
}

/** In a grey that can be read on light and dark: a picture does not know which of them is around it. */
function picture(width: number, height: number, marks: readonly Mark[]): string {
  const size = Math.max(width, height) / 30
  const drawn = marks.map(({ name, x, y }) => {
    const [square, words] = [size * 0.9, escaped(name)]
    const anchor = x > width * 0.8 ? 'end' : x < width * 0.2 ? 'start' : 'middle'
    return (
      `<rect x="${x - square / 2}" y="${y - square / 2}" width="${square}" height="${square}" rx="${square / 6}"/>` +
      `<text x="${x}" y="${y + size * 1.7}" text-anchor="${anchor}">${words}</text>`
    )
  })
  const style = `font-family="system-ui, sans-serif" font-size="${size}" fill="#7b828c"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><g ${style}>${drawn.join('')}</g></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The plan that shows a place: its own, or that of what it is inside of. */
export function planFor(places: readonly Place[], place: Place | undefined): Place['plan'] {
  const known = new Map(places.map((one) => [one.id, one]))
  // As deep as kinds of places go, and no loop that a broken tree could make.
  for (let [here, depth] = [place, 0]; here && depth < 10; depth++) {
    const { plan } = known.get(here.id) ?? here
    if (plan) return plan
    here = known.get(here.parent ?? '')
  }
  return undefined
}
