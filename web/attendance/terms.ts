/** The terms of a session as the form has them, and as the server wants them. */
import type { InputOf } from '../../client/methods'

export interface TermsForm {
  title: string
  class: string
  lateAfter: string
  code: boolean
  location: boolean
  lat: string
  lng: string
  radius: string
  network: boolean
  networks: string
  all: boolean
  warnBelow: string
  thread: boolean
}

export const blank: TermsForm = {
  ...{ title: '', class: '', lateAfter: '15', code: true, location: false, lat: '', lng: '', radius: '100' },
  ...{ network: false, networks: '', all: false, warnBelow: '', thread: false },
}

type Terms = Pick<
  InputOf<'attendance.open'>,
  'title' | 'class' | 'lateAfterMinutes' | 'place' | 'rules' | 'warnBelow' | 'thread'
>

const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))
export const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

export function termsOf(form: TermsForm): Terms {
  const [late, warn] = [number(form.lateAfter), number(form.warnBelow)]
  return {
    title: form.title.trim(),
    ...(form.class === '' ? {} : { class: form.class }),
    ...(late === undefined ? {} : { lateAfterMinutes: late }),
    ...(form.location ? { place: { lat: Number(form.lat), lng: Number(form.lng), radius: Number(form.radius) } } : {}),
    rules: {
      ...(form.code ? { code: true } : {}),
      ...(form.location ? { location: true } : {}),
      ...(form.network ? { network: linesOf(form.networks) } : {}),
      need: form.all ? 'all' : 'any',
    },
    ...(warn === undefined ? {} : { warnBelow: warn }),
    thread: form.thread,
  }
}
