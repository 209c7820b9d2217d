/**
 * A roster as campuses keep it, a table with a person a line: read, and planned against who is here already. Pure; the
 * command carries the plan out. The same roster again plans nothing.
 */
import { readCsv } from '../../protocol/csv'
import type { Text } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { email as emailSchema, isPlaceholder, personName } from './model'

export interface RosterLine {
  /** As a spreadsheet counts, the header being the first. */
  line: number
  name: string
  email?: string | undefined
  number?: string | undefined
  role: Role
  classes: string[]
  problem?: Text | undefined
}

export interface Known {
  id: string
  name: string
  email: string
  number: string | null
  role: Role
}

export interface Planned extends RosterLine {
  will: 'create' | 'change' | 'enrol' | 'nothing' | 'wrong'
  /** Of somebody who is here; several lines of one new person share a stand-in. */
  user?: string
  /** Whether it tells the number of somebody who has none yet. */
  numbers?: boolean
}

type Column = 'name' | 'email' | 'number' | 'role' | 'class'

const columns: Record<Column, readonly string[]> = {
  name: ['name', 'full name', 'nama', 'nama lengkap'],
  email: ['email', 'e-mail', 'mail', 'surel', 'alamat surel'],
  number: ['number', 'student number', 'id', 'nim', 'nis', 'nisn', 'nip', 'nidn', 'npm', 'nomor', 'nomor induk'],
  role: ['role', 'peran', 'status'],
  class: ['class', 'classes', 'group', 'kelas', 'rombel'],
}

const roleWords: Record<string, Role> = {
  ...{ '': 'student', student: 'student', siswa: 'student', mahasiswa: 'student', pelajar: 'student' },
  ...{ teacher: 'teacher', lecturer: 'teacher', guru: 'teacher', dosen: 'teacher', pengajar: 'teacher' },
  ...{ technician: 'technician', teknisi: 'technician', organiser: 'organiser', organizer: 'organiser' },
  ...{ panitia: 'organiser', penyelenggara: 'organiser' },
}

export const rosterLines = 2000

/** The lines of the file, or what is wrong with it as a whole. */
export function readRoster(csv: string): { lines: RosterLine[] } | { problem: Text } {
  const [header = [], ...rows] = readCsv(csv)
  const names = header.map((cell) => cell.trim().toLowerCase().replace(/\s+/g, ' '))
  const at = (column: Column): number => names.findIndex((name) => columns[column].includes(name))
  const places = { name: at('name'), email: at('email'), number: at('number'), role: at('role'), class: at('class') }
  if (places.name < 0 || (places.email < 0 && places.number < 0)) return { problem: noColumns }
  if (rows.length > rosterLines) return { problem: tooLong }
  return { lines: rows.map((row, index) => readLine(index + 2, (column) => row[places[column]]?.trim() ?? '')) }
}

function readLine(line: number, cell: (column: Column) => string): RosterLine {
  const name = personName.safeParse(cell('name'))
  const address = cell('email') === '' ? undefined : emailSchema.safeParse(cell('email'))
  const word = cell('role').toLowerCase()
  const role = Object.hasOwn(roleWords, word) ? roleWords[word] : undefined
  const number = cell('number') || undefined
  const problem = ((): Text | undefined => {
    if (!name.success) return wrongName
    if (address && (!address.success || isPlaceholder(address.data))) return wrongEmail
    if (number && !/^[\p{L}\p{N}./_-]{1,40}$/u.test(number)) return wrongNumber
    if (!address && !number) return nobodyNamed
    return role ? undefined : wrongRole
  })()
  return {
    line,
    name: name.success ? name.data : cell('name').slice(0, 80),
    email: address?.success ? address.data : undefined,
    number,
    role: role ?? 'student',
    classes: [...new Set(cell('class').split('|').map(className).filter(Boolean))],
    problem,
  }
}

const className = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ').slice(0, 80)

/**
 * What each line will do. A person is known by number or by address; two lines of one person stand for two classes.
 * @param enrolled `user class` of those who are in a class, classes by their name as `folded` makes it
 * @param byTeacher puts students in, and changes nothing about anybody who is here
 */
export function planRoster(
  lines: readonly RosterLine[],
  known: readonly Known[],
  enrolled: ReadonlySet<string>,
  byTeacher = false,
): Planned[] {
  const people = new Map<string, Known>()
  const note = (person: Known): void => marksOf(person).forEach((mark) => people.set(mark, person))
  for (const person of known) note({ ...person })
  return lines.map((line): Planned => {
    if (line.problem) return { ...line, will: 'wrong' }
    const found = new Set(marksOf(line).flatMap((mark) => people.get(mark) ?? []))
    if (found.size > 1) return { ...line, will: 'wrong', problem: twoPeople }
    const [person] = found
    if (!person) {
      const fresh = { ...line, id: `new ${line.line}`, email: line.email ?? '', number: line.number ?? null }
      note(fresh)
      return { ...line, will: 'create', user: fresh.id, numbers: line.number !== undefined }
    }
    if (person.number && line.number && folded(person.number) !== folded(line.number))
      return { ...line, will: 'wrong', problem: otherNumber }
    if (byTeacher && person.role !== 'student') return { ...line, will: 'wrong', problem: studentsOnly }
    const isNew = person.id.startsWith('new ')
    const numbers = line.number !== undefined && person.number === null && (isNew || !byTeacher)
    const changes = !isNew && !byTeacher && (numbers || person.name !== line.name)
    const enrols = line.classes.some((name) => !enrolled.has(`${person.id} ${folded(name)}`))
    // From here on the number is this person's: a later line that gives it to another one is wrong.
    if (numbers) note(Object.assign(person, { number: line.number }))
    return { ...line, user: person.id, numbers, will: changes ? 'change' : enrols ? 'enrol' : 'nothing' }
  })
}

/** Numbers, and names of classes, are the same in any case. */
export const folded = (text: string): string => text.toLowerCase()

const marksOf = ({ email, number }: { email?: string | undefined; number?: string | null | undefined }): string[] => [
  ...(email ? [`email ${email}`] : []),
  ...(number ? [`number ${folded(number)}`] : []),
]

const noColumns = {
  en: 'The first line must name the columns: name, and email or number. Optional: role, class.',
  id: 'Baris pertama harus menyebut kolom: nama, dan surel atau nomor. Boleh juga: peran, kelas.',
}
const tooLong = {
  en: `At most ${rosterLines} lines at once. Split the file.`,
  id: `Paling banyak ${rosterLines} baris sekaligus. Bagi berkasnya.`,
}
const wrongName = { en: 'The name is missing or cannot be shown.', id: 'Nama kosong atau tidak dapat ditampilkan.' }
const wrongEmail = {
  en: 'This is not an e-mail address that can be used.',
  id: 'Ini bukan alamat surel yang dapat dipakai.',
}
const wrongNumber = {
  en: 'The number has characters that a number cannot have.',
  id: 'Nomor berisi karakter yang tidak lazim.',
}
const nobodyNamed = { en: 'An e-mail address or a number is needed.', id: 'Perlu alamat surel atau nomor.' }
const wrongRole = {
  en: 'The role is none of: student, teacher, technician, organiser.',
  id: 'Peran harus salah satu dari: mahasiswa, pengajar, teknisi, penyelenggara.',
}
export const studentsOnly = { en: 'You may bring in students only.', id: 'Anda hanya dapat memasukkan mahasiswa.' }
const twoPeople = {
  en: 'The address belongs to one person here and the number to another.',
  id: 'Alamat surel milik satu orang di sini dan nomornya milik orang lain.',
}
const otherNumber = {
  en: 'The person with this address has another number here.',
  id: 'Orang dengan alamat surel ini memiliki nomor lain di sini.',
}
