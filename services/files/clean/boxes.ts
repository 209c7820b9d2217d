/**
 * Films and sound of phones (ISO base media) carry where they were recorded in boxes beside their streams. Those boxes
 * become free space of the same size: nothing else moves, so every position in the file stays right.
 */
import { Unreadable } from './unreadable'

const holders = ['moov', 'trak', 'mdia', 'minf', 'moof', 'traf']
const told = ['udta', 'meta', 'uuid']

/** @throws Unreadable when the boxes don't add up. */
export function scrubBoxes(bytes: Uint8Array): Uint8Array {
  const all = Buffer.from(bytes)
  walk(all, 0, all.length, 0)
  return new Uint8Array(all.buffer, all.byteOffset, all.length)
}

function walk(all: Buffer, start: number, end: number, depth: number): void {
  if (depth > 8) throw new Unreadable('boxes in boxes in boxes')
  for (let at = start; at < end;) {
    const { header, size } = measure(all, at, end)
    const type = all.toString('latin1', at + 4, at + 8)
    if (told.includes(type)) {
      all.write('free', at + 4, 'latin1')
      all.fill(0, at + header, at + size)
    } else if (holders.includes(type)) walk(all, at + header, at + size, depth + 1)
    at += size
  }
}

function measure(all: Buffer, at: number, end: number): { header: number; size: number } {
  if (at + 8 > end) throw new Unreadable('a box is cut')
  const short = all.readUInt32BE(at)
  if (short === 1 && at + 16 > end) throw new Unreadable('a box is cut')
  const header = short === 1 ? 16 : 8
  // 0: to the end of the file.
  const size = short === 0 ? end - at : short === 1 ? Number(all.readBigUInt64BE(at + 8)) : short
  if (size < header || at + size > end) throw new Unreadable('a box is larger than what holds it')
  return { header, size }
}
