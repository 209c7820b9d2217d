/** Mail, as a job: sent again with growing pauses while the mail server is away. */
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { JobDefinition } from '../../kernel/jobs'
import type { Text } from '../../protocol/errors'
import { mailQueue } from './reset'

export interface MailMeans {
  /** `smtp://user:password@host:587`. Absent: nothing is mailed. */
  smtpUrl?: string | undefined
  /** Our address as browsers have it. Links are never made of what a request says of it. */
  publicUrl?: string | undefined
}

export const canMail = ({ smtpUrl, publicUrl }: MailMeans): boolean => smtpUrl !== undefined && publicUrl !== undefined

const asked = z.object({ user: z.string(), lang: z.enum(['en', 'id']) })
const patienceMs = 10_000

/** Mails the link by which a password is set anew. Each try makes a new link, and only the last one is good. */
export function mailJob(means: MailMeans, retryDelaySeconds = 5): JobDefinition {
  return {
    queue: mailQueue,
    retryLimit: 8,
    retryDelaySeconds,
    run: async ({ id, data, attempt }, { perform }) => {
      if (!canMail(means)) return
      const { user, lang } = asked.parse(data)
      const made = await perform<{ token?: string; email?: string; name?: string }>(
        'people.reset_mail',
        { user },
        `${id}:${attempt}`,
      )
      if (!made.token) return
      const link = new URL(`/reset/${made.token}`, means.publicUrl).href
      await send(means, made.email!, subject[lang], body(made.name!, link)[lang])
    },
  }
}

/** For who `canMail`. @throws what the mail server, or the way to it, has against it now. */
export async function send(
  { smtpUrl, publicUrl }: MailMeans,
  to: string,
  subject: string,
  text: string,
): Promise<void> {
  const from = new URL(smtpUrl!).searchParams.get('from') ?? `Alun <alun@${new URL(publicUrl!).hostname}>`
  const transport = transportTo(smtpUrl!)
  try {
    await transport.sendMail({ from, to, subject, text, headers: { 'Auto-Submitted': 'auto-generated' } })
  } finally {
    transport.close()
  }
}

/** Connects and signs in, and sends nothing. @throws what the mail server, or the way to it, has against us. */
export async function greetMailServer(smtpUrl: string): Promise<void> {
  const transport = transportTo(smtpUrl)
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

function transportTo(smtpUrl: string) {
  const url = new URL(smtpUrl)
  return createTransport({
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
    secure: url.protocol === 'smtps:',
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
  })
}

const subject: Text = { en: 'Set your password anew', id: 'Atur ulang kata sandi Anda' }

const body = (name: string, link: string): Text => ({
  en: `Hello ${name},

somebody, most likely you, asked to set your password anew. Open this link within an hour:

${link}

If it was not you, there is nothing to do: your password stays as it is.`,
  id: `Halo ${name},

seseorang, kemungkinan besar Anda sendiri, meminta pengaturan ulang kata sandi. Buka tautan ini dalam satu jam:

${link}

Bila bukan Anda, abaikan saja: kata sandi Anda tetap seperti semula.`,
})
