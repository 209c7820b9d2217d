/**
 * Sets as parameters, in PostgreSQL's binary form of an array. The driver's text form is escaped here and taken apart
 * there character by character, which for JSON costs more than all the rest of sending it. For statements that are hot;
 * anywhere else a plain array does. The parameter's cast in the statement must be of the same type: `$1::text[]`.
 *
 * Source: array_recv, textrecv, int8recv, timestamptz_recv, uuid_recv and boolrecv of PostgreSQL; element types by their
 * fixed oids.
 */
export interface Column {
  /** What the driver calls to make a parameter of an object. */
  toPostgres(): Buffer
}

const oids = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, json: 114, timestamptz: 1184, uuid: 2950 }

export const texts = (values: readonly (string | null)[]): Column => column(oids.text, values, textBytes, writeText)
export const jsons = (values: readonly (string | null)[]): Column => column(oids.json, values, textBytes, writeText)
export const bytes = (values: readonly Buffer[]): Column => column(oids.bytea, values, bufferBytes, writeBuffer)
export const booleans = (values: readonly boolean[]): Column => column(oids.bool, values, () => 1, writeBoolean)
/** As texts, with or without hyphens. */
export const uuids = (values: readonly string[]): Column => column(oids.uuid, values, () => 16, writeUuid)
export const integers = (values: readonly (number | null)[]): Column => column(oids.int4, values, () => 4, writeInt4)
export const bigints = (values: readonly (number | null)[]): Column => column(oids.int8, values, () => 8, writeInt8)
/** Moments: ISO 8601 texts, or dates. Milliseconds are kept. */
export const instants = (values: readonly (string | Date | null)[]): Column =>
  column(oids.timestamptz, values, () => 8, writeInstant)

/** Writes a value and tells how many bytes it took. */
type Write<T> = (to: Buffer, value: T, at: number) => number

const headBytes = 20
const isNull = 0xffffffff
/** PostgreSQL counts microseconds from the year 2000. */
const epochMs = Date.UTC(2000, 0, 1)

function column<T>(oid: number, values: readonly (T | null)[], most: (value: T) => number, write: Write<T>): Column {
  return { toPostgres: () => encode(oid, values, most, write) }
}

function encode<T>(oid: number, values: readonly (T | null)[], most: (value: T) => number, write: Write<T>): Buffer {
  let size = headBytes
  let nulls = 0
  for (const value of values) {
    size += 4
    if (value === null) nulls = 1
    else size += most(value)
  }
  const to = Buffer.allocUnsafe(size)
  to.writeUInt32BE(values.length === 0 ? 0 : 1, 0)
  to.writeUInt32BE(nulls, 4)
  to.writeUInt32BE(oid, 8)
  // An empty array has no dimension, and ends here.
  if (values.length === 0) return to.subarray(0, 12)
  to.writeUInt32BE(values.length, 12)
  to.writeUInt32BE(1, 16)
  let at = headBytes
  for (const value of values) {
    const took = value === null ? 0 : write(to, value, at + 4)
    to.writeUInt32BE(value === null ? isNull : took, at)
    at += 4 + took
  }
  return to.subarray(0, at)
}

/** One UTF-16 unit is at most three bytes of UTF-8. */
const textBytes = (value: string): number => value.length * 3
const writeText: Write<string> = (to, value, at) => to.write(value, at)

const bufferBytes = (value: Buffer): number => value.length
const writeBuffer: Write<Buffer> = (to, value, at) => value.copy(to, at)

const writeBoolean: Write<boolean> = (to, value, at) => to.writeUInt8(value ? 1 : 0, at) - at

function writeUuid(to: Buffer, value: string, at: number): number {
  const bytes = to.write(value.replaceAll('-', ''), at, 16, 'hex')
  // The driver's text form would be refused by the server; this one must not become another one's id.
  if (bytes !== 16) throw new TypeError(`not a UUID: ${value}`)
  return bytes
}

const writeInt4: Write<number> = (to, value, at) => (to.writeInt32BE(value, at), 4)

function writeInt8(to: Buffer, value: number, at: number): number {
  const high = Math.floor(value / 2 ** 32)
  to.writeInt32BE(high, at)
  to.writeUInt32BE(value - high * 2 ** 32, at + 4)
  return 8
}

const writeInstant: Write<string | Date> = (to, value, at) =>
  writeInt8(to, (new Date(value).getTime() - epochMs) * 1000, at)
