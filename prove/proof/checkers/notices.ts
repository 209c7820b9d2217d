/** G8: whatever a change owed to somebody is in their inbox, once; and no job is left behind. */
import type { History } from '../history'
import type { Verdict } from '../verdict'

interface Owed {
  user: string
  /** Part of the notification's address in the app. */
  about: string
  kind: string
}

export function notices(history: History): Verdict {
  const broken: string[] = []
  let looked = 0
  const states = new Map(history.of('state').map(({ of, value }) => [of, value]))
  const owed = history.of('state').filter(({ of }) => of.startsWith('owed'))
  for (const { user, about, kind } of owed.flatMap(({ value }) => (value['notices'] ?? []) as Owed[])) {
    looked++
    const inbox = (states.get(`inbox of ${user}`)?.['notifications'] ?? []) as { kind: string; url: string }[]
    const found = inbox.filter((one) => one.kind === kind && one.url.includes(about)).length
    if (found !== 1) broken.push(`${user} has ${found} notifications "${kind}" about ${about}`)
  }
  for (const report of owed.flatMap(({ value }) => (value['photos'] ?? []) as string[])) {
    looked++
    const photos = (states.get(`report ${report}`)?.['photos'] ?? []) as { status: string }[]
    const ready = photos.filter(({ status }) => status === 'ready').length
    if (photos.length !== 1 || ready !== 1)
      broken.push(`report ${report} has ${ready} photos ready of ${photos.length}, not 1`)
  }
  // Whoever came later and found none must not hide what was left before.
  const left = history.of('state').filter(({ of }) => of === 'jobs')
  const stuck = Math.max(0, ...left.map(({ value }) => Number(value['stuck'])))
  if (stuck > 0) broken.push(`${stuck} jobs are still waiting, running or failed`)
  return { promise: 'G8', what: 'each notification once, each photo processed, no job left', looked, broken }
}
