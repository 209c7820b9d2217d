/** What a push message says. It was written for this device by our server, but what is unreadable must do no harm. */
export interface Notice {
  title: string
  body: string
  url: string
  tag: string
  /** Stays until somebody sees to it, and shakes the phone. */
  urgent: boolean
  actions: readonly NoticeAction[]
}

export interface NoticeAction {
  action: string
  title: string
  url: string
  does?: Deed
}

/** A command that a press on the action gives. */
export interface Deed {
  /** `/api/reports/reopen` */
  path: string
  input: Record<string, unknown>
  /** What is shown when it is done; without it the action's place opens. */
  said: string
}

export function noticeOf(data: { json(): unknown } | null): Notice {
  const said = read(data)
  const actions = Array.isArray(said['actions']) ? said['actions'] : []
  return {
    title: textOf(said['title'], 'Alun'),
    body: textOf(said['body'], ''),
    url: pathOf(said['url']),
    tag: textOf(said['tag'], ''),
    urgent: said['urgent'] === true,
    actions: actions.map((one: unknown) => {
      const { action, title, url, does } = recordOf(one)
      const deed = deedOf(recordOf(does))
      return { action: textOf(action, ''), title: textOf(title, ''), url: pathOf(url), ...(deed ? { does: deed } : {}) }
    }),
  }
}

/** What was pressed: one of the actions, or nothing for a tap beside them. */
export const pressed = (notice: Notice, action: string): NoticeAction | undefined =>
  notice.actions.find((one) => action !== '' && one.action === action)

/** Where a tap leads: the action's own place, or the notice's. */
export const placeOf = (notice: Notice, action: string): string => pressed(notice, action)?.url ?? notice.url

/** Pressed on the phone and on the tablet, it is done once. */
export const keyOf = ({ tag }: Notice, action: string): string => `${tag}:${action}`.slice(0, 128)

function deedOf({ command, input, said }: Record<string, unknown>): Deed | undefined {
  const [, service, verb] = /^([a-z][a-z0-9]*)\.([a-z][A-Za-z0-9_]*)$/.exec(textOf(command, '')) ?? []
  if (!service || !verb) return undefined
  return { path: `/api/${service}/${verb}`, input: recordOf(input), said: textOf(said, '') }
}

/** A notification must be shown for each push, so an unreadable one becomes a bare one. */
function read(data: { json(): unknown } | null): Record<string, unknown> {
  try {
    return recordOf(data?.json())
  } catch {
    return {}
  }
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' && value ? value : otherwise)

/** A path of the app; anything else, also an address of another site, is the first page. */
const pathOf = (value: unknown): string => (typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/')
