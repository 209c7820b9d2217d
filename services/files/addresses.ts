/**
 * Signed addresses: whoever has one may read that variant until it expires, on any node, without a session, so that
 * `<img>` and downloads just work. They are given only to those who may read what the file hangs on.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { refuse } from '../../protocol/errors'
import type { Variant } from './model'

/** Ends of validity are multiples of this: who asks again soon gets the same address, and the browser has it already. */
const stepSeconds = 6 * 3600

export interface Address {
  file: string
  variant: Variant
}

/** Valid for at least six hours and at most twelve. `now` is in milliseconds. */
export function signed(secret: string, { file, variant }: Address, now: number): string {
  const expires = (Math.floor(now / 1000 / stepSeconds) + 2) * stepSeconds
  return `/files/${file}/${variant}?exp=${expires}&sig=${signature(secret, file, variant, expires).toString('base64url')}`
}

/** @throws Refusal `forbidden`, whether it expired or was made up. */
export function verify(
  secret: string,
  { file, variant }: { file: string; variant: string },
  url: URL,
  now: number,
): void {
  const expires = Number(url.searchParams.get('exp'))
  const given = Buffer.from(url.searchParams.get('sig') ?? '', 'base64url')
  const right = signature(secret, file, variant, expires)
  const isOurs = Number.isSafeInteger(expires) && given.length === right.length && timingSafeEqual(given, right)
  if (!isOurs || expires * 1000 < now) throw refuse.forbidden(expired)
}

function signature(secret: string, file: string, variant: string, expires: number): Buffer {
  const key = createHmac('sha256', secret).update('files: signed addresses').digest()
  return createHmac('sha256', key).update(`${file}/${variant}/${expires}`).digest().subarray(0, 24)
}

const expired = {
  en: 'This address is not valid any more. Open the page again to get a new one.',
  id: 'Alamat ini tidak berlaku lagi. Buka kembali halamannya untuk mendapat alamat baru.',
}
