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
  'people.nodes': { input: object; output: { nodes: NodeRow[]; leader?: string } }
}
