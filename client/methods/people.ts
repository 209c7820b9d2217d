import type { Lang, Text } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'

export interface NodeRow {
  id: string
  version: string
  startedAt: string
  connections: number
  load: number
  lagMs?: number
}

export interface Person {
  id: string
  name: string
  role: Role
}

/** How pages look. */
export type Theme = 'system' | 'light' | 'dark'

export interface Me extends Person {
  lang?: Lang
  zone?: string
  colour?: number
  theme?: Theme
  guide?: string[]
  email?: string
  number?: string
  /** Without an account. */
  guest?: boolean
}

export interface ListedPerson extends Person {
  email?: string
  number?: string
  guest: boolean
  disabled: boolean
  hasPassword: boolean
  createdAt: string
}

export interface ClassRow {
  id: string
  name: string
  code?: string
  role: 'student' | 'teacher' | 'admin'
  students: number
  teachers: string[]
  archived: boolean
}

export interface SessionRow {
  id: string
  createdAt: string
  seenAt: string
  expiresAt: string
  address?: string
  device?: string
}

export interface InviteRow {
  id: string
  token: string
  role: Role
  class?: { id: string; name: string }
  uses?: number
  used: number
  expiresAt: string
  open: boolean
  by: string
}

export interface RosterLine {
  line: number
  name: string
  email?: string
  number?: string
  role: Role
  classes: string[]
  will: 'create' | 'change' | 'enrol' | 'nothing' | 'wrong'
  problem?: Text
}

interface Member {
  id: string
  name: string
}

export interface PeopleCommands {
  'people.profile': {
    input: { name?: string; lang?: Lang; zone?: string; colour?: number; theme?: Theme; guide?: string[] }
    output: Me
  }
  'people.set_role': { input: { user: string; role: Role }; output: { id: string; role: Role } }
  'people.disable': { input: { user: string }; output: { disabled: boolean } }
  'people.enable': { input: { user: string }; output: { disabled: boolean } }
  'people.revoke': { input: { session: string }; output: { ended: number } }
  'people.revoke_all': { input: { except?: string; user?: string }; output: { ended: number } }
  'people.reset_link': { input: { user: string }; output: { token: string; expiresAt: string } }
  'people.fill_demo': { input: object; output: { state: string } }
  'people.clear_demo': { input: object; output: { people: number; things: number } }
  'people.forget_me': { input: object; output: { disabled: boolean } }
  'people.invite': {
    input: { role?: Role; class?: string; uses?: number; hours?: number }
    output: { id: string; token: string; expiresAt: string }
  }
  'people.uninvite': { input: { invite: string }; output: { id: string } }
  'people.join': { input: { token: string }; output: { role: Role; class?: string } }
  'people.class_create': { input: { name: string; code?: string; teachers?: string[] }; output: { id: string } }
  'people.class_change': { input: { class: string; name?: string; archived?: boolean }; output: { id: string } }
  'people.enrol': {
    input: { class: string; users: string[]; role?: 'student' | 'teacher' }
    output: { changed: number }
  }
  'people.unenrol': { input: { class: string; users: string[] }; output: { changed: number } }
  'people.import': {
    input: { csv: string; dryRun: boolean; class?: string }
    output: { lines: RosterLine[]; newClasses: string[] }
  }
}

export interface PeopleQueries {
  'people.me': { input: { whole?: boolean }; output: Me }
  'people.nodes': { input: object; output: { nodes: NodeRow[]; leader?: string } }
  'people.classes': { input: { archived?: boolean }; output: { classes: ClassRow[] } }
  'people.members': { input: { class: string }; output: { name: string; students: Member[]; teachers: Member[] } }
  'people.find': {
    input: { q?: string; role?: Role; ids?: string[]; limit?: number }
    output: { people: (Person & { colour?: number })[] }
  }
  'people.list': {
    input: {
      q?: string
      role?: Role
      class?: string
      status?: 'active' | 'disabled' | 'guest'
      after?: string
      limit?: number
    }
    output: { people: ListedPerson[]; total: number }
  }
  'people.sessions': { input: { user?: string }; output: { sessions: SessionRow[] } }
  'people.invites': { input: object; output: { invites: InviteRow[] } }
  'people.demo': { input: object; output: { state: 'none' | 'wanted' | 'filled' | 'cleared' } }
  'people.export': { input: object; output: { person: Record<string, unknown> } }
}
