import type { Role } from '../../protocol/roles'

export interface NodeRow {
  id: string
  version: string
  startedAt: string
  connections: number
  load: number
}

export interface PeopleQueries {
  'people.me': { input: object; output: { id: string; name: string; role: Role } }
  'people.classes': {
    input: { archived?: boolean }
    output: { classes: { id: string; name: string; role?: string }[] }
  }
  'people.nodes': { input: object; output: { nodes: NodeRow[]; leader?: string } }
}
