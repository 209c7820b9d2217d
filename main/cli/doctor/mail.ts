/** Whether the mail server takes us: connected to, spoken to and signed in at, and nothing is sent. */
import { greetMailServer } from '../../../services/people/mail'
import type { PlaceConfig } from '../../config'
import { fail, ok, warn, type Finding } from './finding'

export async function mail({ smtpUrl, publicUrl }: PlaceConfig): Promise<Finding> {
  if (!smtpUrl) return ok('mail', 'none (SMTP_URL): admins hand out the links that set a password anew')
  const { hostname, port } = new URL(smtpUrl)
  const server = port ? `${hostname}:${port}` : hostname
  try {
    await greetMailServer(smtpUrl)
  } catch (error) {
    return fail('mail', `${server} does not take us (${(error as Error).message})`, 'see SMTP_URL')
  }
  if (!publicUrl) return warn('mail', `${server} takes us`, 'set ALUN_PUBLIC_URL: links in mails are made of it alone')
  return ok('mail', `${server} takes us`)
}
