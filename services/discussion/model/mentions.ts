/** What a text addresses: everybody, roles, and what may be names. Pure; the page marks the same words. */
import type { Role } from '../../../protocol/roles'

export interface Addressed {
  everybody: boolean
  roles: Role[]
  /** In lower case: the first word after an `@`, the first two, and so on. Names that are somebody's are looked up. */
  names: string[]
}

const everybody = new Set(['channel', 'kanal', 'everyone', 'semua'])
const roleWords: Record<string, Role> = {
  ...{ student: 'student', students: 'student', mahasiswa: 'student', siswa: 'student' },
  ...{ teacher: 'teacher', teachers: 'teacher', dosen: 'teacher', guru: 'teacher' },
  ...{ technician: 'technician', technicians: 'technician', teknisi: 'technician' },
  ...{ organiser: 'organiser', organisers: 'organiser', penyelenggara: 'organiser', panitia: 'organiser' },
  ...{ admin: 'admin', admins: 'admin' },
}
const mostWords = 5
/** More than this in one message is no address any more. */
const mostNames = 50

// Not inside a word: an address of mail is no mention.
const at = /(?<![\p{L}\p{N}_@./])@(?=[\p{L}\p{N}])([^@\n]{1,80})/gu

export function addressed(text: string): Addressed {
  const found: Addressed = { everybody: false, roles: [], names: [] }
  if (!text.includes('@')) return found
  for (const [, after] of text.matchAll(at)) {
    const words = after!.split(/\s+/u).slice(0, mostWords)
    const first = bare(words[0]!)
    if (everybody.has(first)) found.everybody = true
    else if (Object.hasOwn(roleWords, first)) found.roles.push(roleWords[first]!)
    else found.names.push(...words.map((_, nth) => bare(words.slice(0, nth + 1).join(' '))))
  }
  return {
    everybody: found.everybody,
    roles: [...new Set(found.roles)],
    names: [...new Set(found.names)].slice(0, mostNames),
  }
}

/** Without what ends a sentence. */
const bare = (words: string): string => words.toLowerCase().replace(/[^\p{L}\p{N})]+$/u, '')

/** Of these people those whom the text means: of two whose names begin alike, the one with the longer name it says. */
export function namedIn<P extends { name: string }>(text: string, people: readonly P[]): P[] {
  const lower = text.toLowerCase()
  const spans = people.flatMap((person) => placesOf(lower, person.name.toLowerCase()).map((from) => ({ person, from })))
  const longest = new Map<number, number>()
  for (const { person, from } of spans) longest.set(from, Math.max(longest.get(from) ?? 0, person.name.length))
  return [
    ...new Set(
      spans.filter(({ person, from }) => person.name.length === longest.get(from)).map(({ person }) => person),
    ),
  ]
}

function placesOf(text: string, name: string): number[] {
  const places: number[] = []
  for (let from = text.indexOf(`@${name}`); from >= 0; from = text.indexOf(`@${name}`, from + 1)) {
    const [before, next] = [text[from - 1] ?? '', text[from + name.length + 1] ?? '']
    if (!/[\p{L}\p{N}_@./]/u.test(before) && !/[\p{L}\p{N}]/u.test(next)) places.push(from)
  }
  return places
}
