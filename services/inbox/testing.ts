/** A node with the inbox and a service that tells things, on a database of its own. */
import { testDatabase } from '../../prove/testing/database'
import { loneNode, type LoneNode } from '../../prove/testing/lone-node'
import { done } from '../../kernel/batch'
import { command, oneByOne, type Service } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { z } from 'zod'
import type { Notice } from './model'
import { inbox } from './service'

/** For tests of services that tell people things, and push nothing. */
export const plainInbox: Service = inbox({
  secret: 'not asked for',
  contact: 'mailto:it@kampus.test',
  mayPushHere: false,
})

export interface Bench extends LoneNode {
  /** What the topic of this person carried, newest last. */
  told(user: string): Record<string, unknown>[]
  stop(): Promise<void>
}

/** `teller.tell` tells in the name of another service, and fails where it is asked to, after it told. */
const teller: Service = {
  name: 'teller',
  topics: [],
  methods: [
    command<{ notices: Notice[]; fail?: boolean }, object>({
      name: 'teller.tell',
      summary: 'Tell.',
      input: z.object({ notices: z.array(z.any()), fail: z.boolean().optional() }),
      output: z.object({}),
      runMany: oneByOne(async (tx, { actor, key, input }) => {
        await tx.call(
          'inbox.notify',
          input.notices.map((notice, nth) => ({ actor, key: `${key}:${nth}`, input: notice })),
        )
        if (input.fail) throw new Error('what it told of did not happen')
        return done({})
      }),
    }),
  ],
}

export async function bench(services: readonly Service[]): Promise<Bench> {
  const database = await testDatabase()
  const node = loneNode(database.url, [...services, teller])
  return {
    ...node,
    told: (user) =>
      node.events
        .filter(({ topic }) => topic === `inbox:${user}`)
        .map(({ json }) => JSON.parse(json) as Record<string, unknown>),
    stop: async () => {
      await node.db.close()
      await database.stop()
    },
  }
}

export const who = (name: string, role: Role = 'student'): Actor => ({ id: name, name, role })
