/** Calendars (RFC 5545), written: somebody's sessions. */

export interface Written {
  id: string
  title: string
  startsMs: number
  closesMs: number
  description: string
  url: string
}

/** A calendar that phones subscribe to. @param nowMs when it was written. */
export function writeIcal(name: string, events: readonly Written[], nowMs: number): string {
  const at = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Alun//Attendance//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH'],
    ...[`X-WR-CALNAME:${escaped(name)}`, 'REFRESH-INTERVAL;VALUE=DURATION:PT1H', 'X-PUBLISHED-TTL:PT1H'],
    ...events.flatMap(({ id, title, startsMs, closesMs, description, url }) => [
      ...['BEGIN:VEVENT', `UID:${id}@alun`, `DTSTAMP:${at(nowMs)}`, `DTSTART:${at(startsMs)}`, `DTEND:${at(closesMs)}`],
      ...[`SUMMARY:${escaped(title)}`, ...(description ? [`DESCRIPTION:${escaped(description)}`] : [])],
      ...[`URL:${url}`, 'END:VEVENT'],
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n/g, '\\n')

/** Lines of at most 75 octets; never cut within a character. */
function folded(line: string): string {
  const parts: string[] = []
  let [part, bytes] = ['', 0]
  for (const character of line) {
    const size = new TextEncoder().encode(character).length
    if (bytes + size > 73) {
      parts.push(part)
      ;[part, bytes] = ['', 0]
    }
    part += character
    bytes += size
  }
  return [...parts, part].join('\r\n ')
}
