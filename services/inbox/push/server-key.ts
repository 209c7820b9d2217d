/**
 * The pair of keys by which push services know this installation (VAPID, RFC 8292). Made when first asked for, kept in the
 * database for all nodes, the private one sealed with the installation's secret: a copy of the database alone can't send.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'
import type { Sql } from '../../../kernel/db'

export interface ServerKey {
  publicKey: string
  privateKey: string
}

const derived = (secret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `inbox: ${use}`, 32))
const idOf = (secret: string): string => derived(secret, 'which secret').toString('hex').slice(0, 16)

/** In a transaction that commits, or reading what is there: whoever comes second gets the first one's. */
export async function ensureServerKey(sql: Sql, secret: string): Promise<ServerKey> {
  const found = await readServerKey(sql, secret)
  if (found) return found
  const pair = createECDH('prime256v1')
  await sql.query(
    `INSERT INTO inbox.server_key (secret_id, public_key, sealed_private_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [idOf(secret), pair.generateKeys('base64url'), seal(secret, pair.getPrivateKey())],
  )
  return (await readServerKey(sql, secret))!
}

export async function readServerKey(sql: Sql, secret: string): Promise<ServerKey | undefined> {
  const [row] = await sql.query<{ public_key: string; sealed_private_key: Buffer }>(
    'SELECT public_key, sealed_private_key FROM inbox.server_key WHERE secret_id = $1',
    [idOf(secret)],
  )
  return row && { publicKey: row.public_key, privateKey: open(secret, row.sealed_private_key).toString('base64url') }
}

/** Whether there is one that this secret opens. */
export async function hasServerKey(sql: Sql, secret: string): Promise<boolean> {
  return (await sql.query('SELECT 1 FROM inbox.server_key WHERE secret_id = $1', [idOf(secret)])).length > 0
}

function seal(secret: string, plain: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', derived(secret, 'push key'), nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function open(secret: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', derived(secret, 'push key'), sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}

const validSeconds = 12 * 3600

/** The header by which a push service knows that it is us. */
export function authorization(key: ServerKey, endpoint: string, contact: string, nowMs: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(nowMs / 1000) + validSeconds, sub: contact }
  const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKeyOf(key), dsaEncoding: 'ieee-p1363' })
  return `vapid t=${signed}.${signature.toString('base64url')}, k=${key.publicKey}`
}

function privateKeyOf({ publicKey, privateKey }: ServerKey) {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey } })
}

/** Push services replace what waits under the same topic: 32 characters of base64url (RFC 8030, 5.4). */
export const pushTopicOf = (tag: string): string => createHash('sha256').update(tag).digest('base64url').slice(0, 32)
