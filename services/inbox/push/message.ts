/** What a device shows, and when it may. */
import type { Lang, Text } from '../../../protocol/errors'
import { groupOf, usualLevel, type Level, type NoticeAction } from '../model'
import { mostTextBytes } from './encrypt'

/** What the service worker of the app gets; a notification with the same tag replaces the one before. */
export interface Payload {
  title: string
  body: string
  url: string
  tag: string
  kind: string
  urgent: boolean
  actions: { action: string; title: string; url: string; does?: Deed }[]
  /** For the badge of the app's icon. */
  unread: number
}

/** See `deed` in `schemas.ts`. */
interface Deed {
  command: string
  input: Record<string, string>
  said?: string
}

export interface Told {
  tag: string
  kind: string
  title: Text
  body: Text
  url: string
  urgent: boolean
  actions: NoticeAction[]
}

const cut = (text: string, most: number): string =>
  [...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text

export function payloadOf(told: Told, lang: Lang, unread: number): string {
  // Named one by one: what is told may be a row with more in it than is the device's business.
  const { title, body, url, tag, kind, urgent, actions } = told
  const payload: Payload = {
    ...{ url, tag, kind, urgent, title: cut(title[lang], 120), body: cut(body[lang], 300), unread },
    actions: actions.map(({ action, title: label, url: to, does }) => ({
      ...{ action, title: cut(label[lang], 40), url: to },
      ...(does ? { does: deedOf(does, lang) } : {}),
    })),
  }
  const text = JSON.stringify(payload)
  return Buffer.byteLength(text) <= mostTextBytes ? text : JSON.stringify({ ...payload, body: '', actions: [] })
}

function deedOf({ command, input, said }: NonNullable<NoticeAction['does']>, lang: Lang): Deed {
  return { command, input, ...(said ? { said: cut(said[lang], 120) } : {}) }
}

export interface Quiet {
  from: number
  to: number
}

/** Minutes from `minute` of the day until the quiet hours end; 0 outside of them. They may go over midnight. */
export function quietFor(quiet: Quiet | undefined, minute: number): number {
  if (!quiet || quiet.from === quiet.to) return 0
  const day = 1440
  const since = (minute - quiet.from + day) % day
  const length = (quiet.to - quiet.from + day) % day
  return since < length ? length - since : 0
}

export const levelOf = (levels: Record<string, Level> | null, kind: string): Level =>
  levels?.[groupOf(kind)] ?? usualLevel
