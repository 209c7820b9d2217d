import { z } from 'zod'
import { query } from '../../kernel/service'
import { me as meOutput, nodes as nodesOutput } from './model'

export const me = query({
  name: 'people.me',
  summary: 'Who you are here.',
  input: z.object({}),
  output: meOutput,
  oneStatement: true,
  run: (_sql, { id, name, role }) => Promise.resolve({ id, name, role }),
})

export const nodes = query({
  name: 'people.nodes',
  summary: 'The nodes alive now, and which of them leads.',
  input: z.object({}),
  output: nodesOutput,
  oneStatement: true,
  run: (_sql, _actor, _input, ground) =>
    Promise.resolve({
      nodes: ground.members().map(({ id, version, startedAt, connections, load }) => ({
        id,
        version,
        startedAt,
        connections,
        load,
      })),
      leader: ground.leader(),
    }),
})
