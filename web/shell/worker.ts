/** The page's side of the service worker: it is installed, a new version is told of, and a tap on a notification arrives. */
import { Store } from '../../client/store'
import { navigate } from './router'

/** A new version that is installed and waits. */
export const waitingVersion = new Store<ServiceWorker | undefined>(undefined)

/** Needs HTTPS (or localhost); elsewhere the app works without. */
export function installWorker(): void {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  serviceWorker.addEventListener('message', ({ data }) => {
    const { go } = (data ?? {}) as { go?: unknown }
    if (typeof go === 'string') navigate(go)
  })
  // After the first page: on a slow network it goes first.
  if (document.readyState === 'complete') void register(serviceWorker)
  else addEventListener('load', () => void register(serviceWorker), { once: true })
}

async function register(serviceWorker: ServiceWorkerContainer): Promise<void> {
  const registration = await serviceWorker.register('/sw.js').catch(() => undefined)
  if (!registration) return
  const look = (): void =>
    waitingVersion.set(serviceWorker.controller ? (registration.waiting ?? undefined) : undefined)
  look()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look)
  })
  document.addEventListener('visibilitychange', () => {
    // An app that stays open for days learns of a new version too.
    if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
  })
}

/** The new version takes over, and the page begins anew with it. */
export function takeVersion(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  worker.postMessage('take over')
}
