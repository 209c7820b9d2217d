/** What a push message says. It comes from a push service: nothing of it is taken on trust. */
export interface Notice {
  title: string
  body: string
  url: string
  tag: string
  actions: readonly { action: string; title: string; url: string }[]
}

export function noticeOf(data: { json(): unknown } | null): Notice {
  const said = read(data)
  const actions = Array.isArray(said['actions']) ? said['actions'] : []
  return {
    title: textOf(said['title'], 'Alun'),
    body: textOf(said['body'], ''),
    url: pathOf(said['url']),
    tag: textOf(said['tag'], ''),
    actions: actions.map((one: unknown) => {
      const { action, title, url } = recordOf(one)
      return { action: textOf(action, ''), title: textOf(title, ''), url: pathOf(url) }
    }),
  }
}

/** Where a tap leads: the action's own place, or the notice's. */
export const placeOf = (notice: Notice, action: string): string =>
  notice.actions.find((one) => action !== '' && one.action === action)?.url ?? notice.url

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
