/**
 * Bus messages as text. Fields are parted by U+001F and records by U+001E: both are control characters, which JSON
 * never contains raw, so an event's JSON travels as it is, with no second encoding.
 */
import type { Effects, LogEvent } from '../log'
import type { Notice } from '../bus'

const field = '\u001f'
const record = '\u001e'

/** An event that is longer than `maxBytes` travels as its place only: who gets it reads it from the log. */
export function eventRecord(event: LogEvent, life: string, maxBytes: number): string {
  const effects = event.effects ? JSON.stringify(event.effects) : ''
  const place = `e${field}${life}${field}${event.topic}${field}${event.offset}${field}`
  const whole = `${place}${effects}${field}${event.json}`
  return Buffer.byteLength(whole) < maxBytes ? whole : place + field
}

/** Signals are any text: what the format (or PostgreSQL, U+0000) can't carry is escaped. */
export function signalRecord(channel: string, text: string, maxBytes: number): string {
  const escaped = text.replace(/[\0\u001d\u001e]/g, (one) => `\u001d${String.fromCharCode(one.charCodeAt(0) + 64)}`)
  if (Buffer.byteLength(escaped) > maxBytes) throw new Error(`signal on ${channel} is longer than ${maxBytes} bytes`)
  return `s${field}${channel}${field}${escaped}`
}

const unescape = (text: string): string =>
  !text.includes('\u001d')
    ? text
    : text.replace(/\u001d(.)/g, (_, one: string) => String.fromCharCode(one.charCodeAt(0) - 64))

/**
 * Packs records into messages of at most `maxBytes`, sender first. Records must be shorter than that.
 */
export function pack(sender: string, records: readonly string[], maxBytes: number): string[] {
  const messages: string[] = []
  const start = Buffer.byteLength(sender)
  let parts: string[] = [sender]
  let size = start
  for (const one of records) {
    const bytes = Buffer.byteLength(one) + 1
    if (size + bytes > maxBytes && parts.length > 1) {
      messages.push(parts.join(record))
      parts = [sender]
      size = start
    }
    parts.push(one)
    size += bytes
  }
  if (parts.length > 1) messages.push(parts.join(record))
  return messages
}

export interface Unpacked {
  sender: string
  notices: Notice[]
  signals: { channel: string; text: string }[]
}

export function unpack(message: string): Unpacked {
  const [sender, ...records] = message.split(record)
  const unpacked: Unpacked = { sender: sender!, notices: [], signals: [] }
  for (const one of records) {
    const parts = one.split(field)
    if (parts[0] === 'e') unpacked.notices.push(toNotice(parts))
    else if (parts[0] === 's') unpacked.signals.push({ channel: parts[1]!, text: unescape(parts.slice(2).join(field)) })
  }
  return unpacked
}

function toNotice([, life, topic, offset, effects, json]: string[]): Notice {
  return {
    life,
    topic: topic!,
    offset: Number(offset),
    effects: effects ? (JSON.parse(effects) as Effects) : undefined,
    json: json || undefined,
  }
}
