/** How a person wants to be spoken to and shown, the same on all their devices. */
import type { Client } from '../../client/client'
import type { Me } from '../../client/methods/people'
import { askForHues, knowHue } from '../ui/hues'
import { followGuide } from './guide'
import { adoptLang, adoptTheme, lang, theme } from './settings'

/** Takes over what was chosen on other devices, and tells them what is chosen on this one. @returns what ends it */
export function followProfile(client: Client): () => void {
  const { id } = client.connection.status.get().server!.user
  let known: Partial<Me> = {}
  const learn = (profile: Partial<Me>): void => {
    known = { ...known, ...profile }
    if (!isShared(client)) {
      if (profile.lang) adoptLang(profile.lang)
      if (profile.theme) adoptTheme(profile.theme)
      guide.learn(profile.guide)
    }
    if (profile.colour !== undefined) knowHue(id, profile.colour)
  }
  const tell = (): void => {
    const told = {
      ...(lang.get() !== known.lang && { lang: lang.get() }),
      // Nobody has chosen while it stands as it does at first.
      ...(theme.get() !== (known.theme ?? 'system') && { theme: theme.get() }),
    }
    if (isShared(client) || Object.keys(told).length === 0) return
    known = { ...known, ...told }
    client.command('people.profile', told).catch(() => undefined)
  }
  const guide = followGuide(client, isShared(client))
  const ending = [
    askForHues(async (ids) => {
      const { people } = await client.query('people.find', { ids })
      return people.flatMap((one) => (one.colour === undefined ? [] : [[one.id, one.colour] as const]))
    }),
    client.connection.onInbox({
      event: ({ kind, ...data }) => {
        if (kind === 'profile') learn(data as Partial<Me>)
      },
      reset: () => undefined,
    }),
    lang.subscribe(tell),
    theme.subscribe(tell),
    guide.end,
  ]
  client.query('people.me', { whole: true }).then(learn, () => undefined)
  return () => {
    for (const end of ending) end()
  }
}

/** A made-up person is whoever comes in as them: what one visitor chose is nothing to the next. */
const isShared = (client: Client): boolean => client.connection.status.get().server?.demo ?? false
