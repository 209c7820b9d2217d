/**
 * Bus messages as text. Fields are parted by U+001F and records by U+001E: both are control characters, which JSON
 * never contains raw, so an event's JSON travels as it is, with no second encoding.
 */
import type { Effects, LogEvent } from '../log'
import type { Notice } from '../bus'

const field = '\u001f'
const record = '\u001e'

/**
 * Events as records: those of one topic share a record as far as it holds them, so that who doesn't have the topic open
 * passes over them in one step. An event that is too long travels as its place only: who gets it reads it from the log.
 */
export function eventRecords(events: readonly LogEvent[], life: string, maxBytes: number): string[] {
  const records: string[] = []
  const open = new Map<string, { text: string; bytes: number }>()
  for (const event of events) {
    const place = `${field}${event.offset}${field}`
    const effects = event.effects ? JSON.stringify(event.effects) : ''
    let part = `${place}${effects}${field}${event.json}`
    let bytes = Buffer.byteLength(part)
    let run = open.get(event.topic)
    const start = `e${field}${life}${field}${event.topic}`
    const startBytes = run ? 0 : Buffer.byteLength(start)
    if (startBytes + bytes >= maxBytes - 100) [part, bytes] = [place + field, Buffer.byteLength(place) + 1]
    if (run && run.bytes + bytes >= maxBytes) {
      records.push(run.text)
      run = undefined
    }
    if (run) {
      run.text += part
      run.bytes += bytes
    } else open.set(event.topic, { text: start + part, bytes: Buffer.byteLength(start) + bytes })
  }
  for (const { text } of open.values()) records.push(text)
  return records
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

/** @param wants whether anybody here has the topic open; events of others are passed over. */
export function unpack(message: string, wants: (topic: string) => boolean = () => true): Unpacked {
  const [sender, ...records] = message.split(record)
  const unpacked: Unpacked = { sender: sender!, notices: [], signals: [] }
  for (const one of records) {
    if (one.startsWith('e')) addNotices(one, wants, unpacked.notices)
    else if (one.startsWith('s')) {
      const parts = one.split(field)
      unpacked.signals.push({ channel: parts[1]!, text: unescape(parts.slice(2).join(field)) })
    }
  }
  return unpacked
}

function addNotices(one: string, wants: (topic: string) => boolean, notices: Notice[]): void {
  const lifeEnd = one.indexOf(field, 2)
  const topicEnd = one.indexOf(field, lifeEnd + 1)
  const topic = one.slice(lifeEnd + 1, topicEnd)
  if (!wants(topic)) return
  const life = one.slice(2, lifeEnd)
  const parts = one.slice(topicEnd + 1).split(field)
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const effects = parts[at + 1] ? (JSON.parse(parts[at + 1]!) as Effects) : undefined
    notices.push({ life, topic, offset: Number(parts[at]), effects, json: parts[at + 2] || undefined })
  }
}

/** Whether a message is one's own, come back. */
export function isFrom(sender: string, message: string): boolean {
  return message.startsWith(sender) && message[sender.length] === record
}
