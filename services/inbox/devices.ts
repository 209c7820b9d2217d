/** Browsers that want to be told while no page is open. */
import { z } from 'zod'
import { done, withoutEffect, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { InboxMeans } from './means'
import { mayBeEndpoint } from './push/address'
import { areKeys } from './push/encrypt'
import { ensureServerKey } from './push/server-key'
import { subscribeInput, unsubscribeInput } from './schemas'

/** A person has this many devices at most; the one that was silent for longest makes room. */
const mostDevices = 10

/** The key that a browser subscribes with. Made when first asked for: that is why it is a command. */
export const pushKey = ({ secret }: InboxMeans) =>
  command<object, { key: string }>({
    name: 'inbox.push_key',
    summary: 'The public key that a browser subscribes to pushes with.',
    keyOptional: true,
    input: z.object({}),
    output: z.object({ key: z.string() }),
    runMany: async (tx, calls) => {
      const { publicKey } = await ensureServerKey(tx, secret)
      return calls.map(() => withoutEffect({ key: publicKey }))
    },
  })

/**
 * Pushes go to this device from now on, to nobody's who had it before. Errors: `invalid` (no address of a push service,
 * or no keys of a browser).
 */
export const subscribePush = ({ mayPushHere }: InboxMeans) =>
  command<z.infer<typeof subscribeInput>, { device: string }>({
    name: 'inbox.subscribe_push',
    summary: 'Send pushes to this device.',
    keyOptional: true,
    input: subscribeInput,
    output: z.object({ device: z.string() }),
    runMany: oneByOne(async (tx, { actor, input: { endpoint, keys, label, lang } }) => {
      if (!mayBeEndpoint(endpoint, mayPushHere)) return refuse.invalid(noEndpoint)
      if (!areKeys(keys)) return refuse.invalid(noKeys)
      const [row] = await tx.query<{ id: string }>(
        `INSERT INTO inbox.device (id, user_id, endpoint, p256dh, auth, label, lang) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth,
           label = excluded.label, lang = excluded.lang, trouble = NULL, seen_at = now() RETURNING id`,
        [Bun.randomUUIDv7(), actor.id, endpoint, keys.p256dh, keys.auth, label, lang],
      )
      await makeRoom(tx, actor.id)
      return withoutEffect({ device: row!.id })
    }),
  })

async function makeRoom(tx: Tx, user: string): Promise<void> {
  await tx.query(
    `DELETE FROM inbox.device WHERE id IN (
       SELECT id FROM inbox.device WHERE user_id = $1 ORDER BY seen_at DESC, id DESC OFFSET ${mostDevices})`,
    [user],
  )
}

/** No more pushes to a device of the caller's, named by its endpoint or its id. */
export const unsubscribePush = command<z.infer<typeof unsubscribeInput>, object>({
  name: 'inbox.unsubscribe_push',
  summary: 'Send no more pushes to a device.',
  keyOptional: true,
  input: unsubscribeInput,
  output: z.object({}),
  runMany: oneByOne(async (tx, { actor, input: { endpoint = null, device = null } }) => {
    await tx.query('DELETE FROM inbox.device WHERE user_id = $1 AND (endpoint = $2 OR id = $3::uuid)', [
      actor.id,
      endpoint,
      device,
    ])
    return withoutEffect({})
  }),
})

const noteInput = z.object({
  device: z.uuid(),
  notification: z.uuid().optional(),
  outcome: z.enum(['sent', 'refused', 'gone']),
  trouble: z.string().max(300).optional(),
})

/** What came of a push: it was taken, it was refused for a reason that will not pass, or there is no such device any more. */
export const notePush = command<z.infer<typeof noteInput>, object>({
  name: 'inbox.note_push',
  summary: 'Note what came of a push.',
  internal: true,
  input: noteInput,
  output: z.object({}),
  runMany: oneByOne(async (tx, { input: { device, notification = null, outcome, trouble = null } }) => {
    if (outcome === 'gone') await tx.query('DELETE FROM inbox.device WHERE id = $1', [device])
    else {
      await tx.query(
        `UPDATE inbox.device SET trouble = $2, sent_at = CASE WHEN $3 THEN now() ELSE sent_at END WHERE id = $1`,
        [...[device, trouble, outcome === 'sent']],
      )
      // Either may be gone by now: then there is nothing to note.
      await tx.query(
        `INSERT INTO inbox.sent (notification, device) SELECT n.id, d.id FROM inbox.notification n, inbox.device d
         WHERE n.id = $1 AND d.id = $2 ON CONFLICT DO NOTHING`,
        [notification, device],
      )
    }
    return done({})
  }),
})

const noEndpoint = {
  en: 'This is not the address of a push service.',
  id: 'Ini bukan alamat layanan notifikasi.',
}
const noKeys = {
  en: 'These are not the keys of a browser.',
  id: 'Ini bukan kunci dari sebuah peramban.',
}
