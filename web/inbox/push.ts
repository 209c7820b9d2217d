/**
 * Whether this device is told while no page is open, and how that is changed. A browser asks its owner once and keeps a
 * no for good, so it is asked on a tap only, where it is clear what for.
 *
 *   off ──switched on, allowed──▶ on ──switched off──▶ off
 *    └──switched on, refused──▶ denied (the browser's own settings undo that)
 */
import type { Client } from '../../client/client'
import { recall, remember } from '../shell/device'
import { lang } from '../shell/settings'
import { nameOfDevice } from './device-name'

/**
 * `insecure`: the page came without https; `install`: iPhones push to apps on the Home Screen only; `unsupported`: this
 * browser can't.
 */
export type PushState = 'unsupported' | 'insecure' | 'install' | 'denied' | 'off' | 'on'

/** Kept on the device: the push service forgets nothing, but the server may have been told to. */
const wanted = 'push.on'

export async function pushState(): Promise<PushState> {
  if (!window.isSecureContext) return 'insecure'
  if (needsInstalling()) return 'install'
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscription()) && recall(wanted) === '1' ? 'on' : 'off'
}

function needsInstalling(): boolean {
  const { userAgent, maxTouchPoints } = navigator
  const isApple = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
  return isApple && !matchMedia('(display-mode: standalone)').matches && !('PushManager' in window)
}

async function subscription(): Promise<PushSubscription | undefined> {
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ?? undefined
}

/** On a tap. @throws CallError; Error when the browser can't reach its push service. */
export async function switchOn(client: Client): Promise<PushState> {
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off'
  await subscribe(client)
  remember(wanted, '1')
  return 'on'
}

/** @throws CallError */
export async function switchOff(client: Client): Promise<PushState> {
  const known = await subscription()
  remember(wanted, undefined)
  if (known) {
    const { endpoint } = known
    // First here: then the push service refuses what is still sent, whatever the server hears.
    await known.unsubscribe()
    await client.command('inbox.unsubscribe_push', { endpoint })
  }
  return 'off'
}

/**
 * Tells the server again that this device is there, when the app opens: the push service may have given it another
 * address, the installation another key, or somebody else may have signed in on it.
 */
export async function keepPush(client: Client): Promise<void> {
  if (recall(wanted) !== '1' || (await pushState()) !== 'on') return
  await subscribe(client)
}

const patienceMs = 3000

/** Before somebody signs out. Never fails; a server that can't be reached learns of it from the push service. */
export async function letGo(client: Client): Promise<void> {
  if (recall(wanted) !== '1') return
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs))
  await Promise.race([switchOff(client).catch(() => undefined), late])
}

async function subscribe(client: Client): Promise<void> {
  const { pushManager } = await navigator.serviceWorker.ready
  const { key } = await client.command('inbox.push_key', {})
  const before = await pushManager.getSubscription()
  const isCurrent = before && keyOf(before) === key
  if (before && !isCurrent) await before.unsubscribe()
  const now = isCurrent ? before : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { p256dh = '', auth = '' } = now.toJSON().keys ?? {}
  const label = nameOfDevice(navigator.userAgent)
  await client.command('inbox.subscribe_push', {
    endpoint: now.endpoint,
    keys: { p256dh, auth },
    label,
    lang: lang.get(),
  })
}

function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer())
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** By which the list of devices shows which of them this one is. */
export async function markOfThisDevice(): Promise<string | undefined> {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return undefined
  const known = await subscription()
  if (!known) return undefined
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(known.endpoint))
  return [...new Uint8Array(digest.slice(0, 8))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
