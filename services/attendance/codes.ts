/**
 * What proves that somebody was there. Codes follow from the session's secret and the time, so any node makes and checks
 * them without asking anybody; a scan is exchanged at once for a ticket that outlives signing in.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')

/** 256 bits in hexadecimal. */
export const secret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')

export const saltOf = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')

/** No letter that is read as another one: neither 0 nor O, neither 1 nor I. */
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
export const typedLetters = 6
/** Eighty bits: nobody guesses it, so nobody has to be counted. */
const scannedLetters = 16
export const ticketMs = 10 * 60_000
export const networkMs = 2 * 60_000

type Keyed = { id: string; secret: string }

const macOf = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sign = (key: string, text: string): string => macOf(key, text).subarray(0, 18).toString('base64url')

function codeAt({ id, secret: key }: Keyed, step: number, length: number): string {
  const bytes = macOf(key, `code ${id} ${step} ${length}`)
  return Array.from(bytes.subarray(0, length), (byte) => letters[byte % 32]).join('')
}

export interface Shown {
  /** To be typed. */
  typed: string
  /** To be scanned. */
  scanned: string
  /** Milliseconds since 1970, by the database's clock. */
  untilMs: number
}

export function currentCode(session: Keyed, stepMs: number, nowMs: number): Shown {
  const step = Math.floor(nowMs / stepMs)
  return {
    typed: codeAt(session, step, typedLetters),
    scanned: codeAt(session, step, scannedLetters),
    untilMs: (step + 1) * stepMs,
  }
}

/** As somebody typed it. */
const tidied = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '')

/** The code that is shown, or the one before it: who typed it needs a moment. @returns which kind it is. */
export function knows(session: Keyed, stepMs: number, nowMs: number, given: string): 'typed' | 'scanned' | undefined {
  const code = tidied(given)
  const kind = { [typedLetters]: 'typed', [scannedLetters]: 'scanned' }[code.length] as 'typed' | 'scanned' | undefined
  if (!kind) return undefined
  const step = Math.floor(nowMs / stepMs)
  return [step, step - 1].some((one) => same(codeAt(session, one, code.length), code)) ? kind : undefined
}

export interface Ticket {
  issuedMs: number
  /** Makes it one scan among others. */
  scan: string
}

/** For a scan that was in time, whoever makes it. Good for one person. */
export function issueTicket({ id, secret: key }: Keyed, nowMs: number): string {
  const scan = Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString('base64url')
  const body = `${Math.floor(nowMs).toString(36)}.${scan}`
  return `${body}.${sign(key, `scan ${id} ${body}`)}`
}

/** Nothing for what we didn't sign for this session. Whether it is still good is for the caller to say. */
export function readTicket({ id, secret: key }: Keyed, text: string): Ticket | undefined {
  const [issued = '', scan = '', mac = '', more] = text.split('.')
  if (mac === '' || more !== undefined || !same(sign(key, `scan ${id} ${issued}.${scan}`), mac)) return undefined
  return { issuedMs: parseInt(issued, 36), scan }
}

/** That this user called from a network of the campus a moment ago. */
export function issueNetwork({ id, secret: key }: Keyed, user: string, nowMs: number): string {
  const issued = Math.floor(nowMs).toString(36)
  return `${issued}.${sign(key, `network ${id} ${user} ${issued}`)}`
}

export function isFromNetwork({ id, secret: key }: Keyed, user: string, nowMs: number, text: string): boolean {
  const [issued = '', mac = ''] = text.split('.')
  if (!same(sign(key, `network ${id} ${user} ${issued}`), mac)) return false
  return Math.abs(nowMs - parseInt(issued, 36)) <= networkMs
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
