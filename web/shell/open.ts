/** The signed-in half: connection, outbox, and what the page's visibility means to them. Loaded when it is needed. */
import { Client } from '../../client/client'
import { Outbox } from '../../client/outbox'
import { SignedOut } from '../../client/signed-out'
import { BrowserOutboxStorage } from './outbox-storage'
import { auth, type SignedIn } from './session'
import { followProfile } from './profile'
import { lang } from './settings'

/** @param token the first one, fetched already. @throws SignedOut when the server doesn't take it. */
export async function open(token: string): Promise<SignedIn> {
  let first: string | undefined = token
  const client = new Client({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/connection/websocket`,
    lang: lang.get(),
    getToken: async () => {
      const next = first ?? (await auth.token())
      first = undefined
      return next
    },
  }).connect()
  const { connection } = client
  const { ended } = await connection.status.until(({ server, phase }) => server !== undefined || phase === 'ended')
  if (ended === 'signed_out') throw new SignedOut()
  if (ended !== undefined) throw new Error(ended)
  const outbox = new Outbox({
    caller: client,
    storage: new BrowserOutboxStorage(),
    user: connection.status.get().server!.user.id,
  })
  await outbox.start()
  const leaveLang = lang.subscribe(() => connection.setLang(lang.get()))
  const leaveProfile = followProfile(client)
  const seen = (): void => connection.setVisible(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', seen)
  const close = (): void => {
    leaveLang()
    leaveProfile()
    document.removeEventListener('visibilitychange', seen)
    outbox.stop()
    client.close()
  }
  return { client, outbox, close }
}
