/**
 * The service worker: the app opens without a network, and notifications are shown while no page of it is open.
 *
 * Files with a hash in their name never change, so they come from the cache. Pages are asked for at the server first,
 * and the shell stands in where it doesn't answer. Everything else (calls, files of people) passes by untouched. A new
 * version waits until the page says so: an open page goes on with the files that it began with.
 */
import { keyOf, noticeOf, placeOf, pressed, type Deed, type Notice } from './notice'
import { keepShared, sharedCache } from './shared'
import type { WorkerScope } from './scope'

declare const self: WorkerScope
/** Filled in by the build: what the first page needs, and a name for exactly these files. */
declare const __FILES__: readonly string[]
declare const __VERSION__: string

const cacheName = `alun-${__VERSION__}`
const shell = '/'
/** A network that is there and doesn't answer is as good as none. */
const patienceMs = 5000

self.addEventListener('install', (event) => event.waitUntil(keep([shell, ...__FILES__])))
self.addEventListener('activate', (event) => event.waitUntil(take()))
self.addEventListener('message', ({ data }) => data === 'take over' && void self.skipWaiting())
self.addEventListener('push', (event) => event.waitUntil(show(noticeOf(event.data))))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (origin !== self.location.origin) return
  if (request.method === 'POST' && pathname === '/reports/new') event.respondWith(keepShared(request))
  if (request.method !== 'GET') return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (pathname.startsWith('/assets/')) event.respondWith(asset(request))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(tapped(event.notification.data as Notice, event.action))
})

async function keep(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName)
  // The shell is what the server says now, not what a cache in between remembers.
  await cache.addAll(paths.map((path) => new Request(path, path === shell ? { cache: 'reload' } : {})))
}

/** From here on: the caches of earlier versions have no page any more that could ask for them. */
async function take(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names
      .filter((name) => name.startsWith('alun-') && ![cacheName, sharedCache].includes(name))
      .map((name) => caches.delete(name)),
  )
  await self.clients.claim()
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(patienceMs) })
  } catch (error) {
    const kept = await caches.match(shell)
    if (kept) return kept
    throw error
  }
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) {
    const cache = await caches.open(cacheName)
    await cache.put(request, response.clone())
  }
  return response
}

/** The tag makes a change that arrives twice replace itself, silently. */
async function show(notice: Notice): Promise<void> {
  const { title, body, tag, urgent, actions } = notice
  const loud = urgent ? { requireInteraction: true, vibrate: [400, 200, 400, 200, 800] } : {}
  const buttons = actions.map((one) => ({ action: one.action, title: one.title }))
  const shown = { body, data: notice, icon: '/icons/alun-192.png', actions: buttons, ...(tag ? { tag } : {}), ...loud }
  await self.registration.showNotification(title, shown)
}

/** A press on an action does what it says, with no page open; where it can't, the page opens and asks. */
async function tapped(notice: Notice, action: string): Promise<void> {
  const deed = pressed(notice, action)?.does
  const isDone = deed !== undefined && (await perform(deed, keyOf(notice, action)))
  if (!isDone || deed.said === '') return open(placeOf(notice, action))
  await show({ ...notice, title: deed.said, body: '', urgent: false, actions: [] })
}

/** As whoever is signed in on this device. */
async function perform({ path, input }: Deed, key: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const [body, signal] = [JSON.stringify(input), AbortSignal.timeout(patienceMs)]
  const answer = await fetch(path, { method: 'POST', headers, body, signal }).catch(() => undefined)
  return answer?.ok === true
}

/** In a window that is open already, if there is one. */
async function open(place: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const window = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  if (!window) return void (await self.clients.openWindow(place))
  window.postMessage({ go: place })
  await window.focus()
}
