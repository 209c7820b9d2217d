/** Letters: what somebody is told by mail, in their language, with a way to where it is told of. */
import type { z } from 'zod'
import type { JobDefinition } from '../../kernel/jobs'
import { done } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import type { Lang, Text } from '../../protocol/errors'
import { canMail, send, type MailMeans } from './mail'
import { isPlaceholder } from './model'
import * as schemas from './schemas'

type Letter = z.infer<typeof schemas.letter>

const letterQueue = 'people-letter'

/** Promised: a letter is sent at least once to who has an address, and is not on their way out, where mail is set up. */
export const write = command<Letter, z.infer<typeof schemas.nothing>>({
  name: 'people.write',
  summary: 'Mail somebody what they are told.',
  internal: true,
  input: schemas.letter,
  output: schemas.nothing,
  runMany: oneByOne(async (tx, { input }) => {
    // A guest's id is none of an account's.
    if (schemas.userId.safeParse(input.user).success) tx.enqueue({ queue: letterQueue, data: input })
    return done({})
  }),
})

interface Addressee {
  email: string
  name: string
  lang: Lang | null
}

/** Sent again with growing pauses while the mail server is away. */
export const letterJob = (means: MailMeans, retryDelaySeconds = 5): JobDefinition => ({
  queue: letterQueue,
  retryLimit: 8,
  retryDelaySeconds,
  async run({ data }, { sql }) {
    if (!canMail(means)) return
    const { user, title, body, url } = schemas.letter.parse(data)
    const [to] = await sql.query<Addressee>(
      `SELECT u.email, u.name, p.lang FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
       WHERE u.id = $1::uuid AND p.disabled_at IS NULL`,
      [user],
    )
    if (!to || isPlaceholder(to.email)) return
    const lang = to.lang ?? 'id'
    const link = new URL(url, means.publicUrl).href
    await send(means, to.email, title[lang].replace(/\s+/g, ' '), letterText(to.name, body, link)[lang])
  },
})

const letterText = (name: string, body: Text, link: string): Text => ({
  en: `Hello ${name},

${body.en}

${link}

You get this by mail since no device of yours is set up for notifications. In the app, under the bell, you can set one up, or switch this off.`,
  id: `Halo ${name},

${body.id}

${link}

Pesan ini dikirim lewat surel karena belum ada perangkat Anda yang menerima pemberitahuan. Di aplikasi, pada lonceng, Anda bisa mengaktifkannya atau mematikan pesan ini.`,
})
