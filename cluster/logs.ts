/** Log files that cannot fill the disk: past a size the file becomes `….1`, and the `….1` before it is gone. */
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const mostBytes = 8 * 1024 * 1024

/** For files that another process writes: before it opens them. */
export function rotate(file: string, most = mostBytes): void {
  if (existsSync(file) && statSync(file).size > most) renameSync(file, `${file}.1`)
}

/** For lines that pass through us. Written at once: the last lines before a crash are the ones that matter. */
export class LogFile {
  private bytes: number
  readonly lastLines: string[] = []

  constructor(
    private readonly file: string,
    private readonly most = mostBytes,
  ) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.bytes = existsSync(file) ? statSync(file).size : 0
  }

  write(line: string): void {
    this.lastLines.push(line)
    if (this.lastLines.length > 20) this.lastLines.shift()
    if (this.bytes > this.most) {
      renameSync(this.file, `${this.file}.1`)
      this.bytes = 0
    }
    try {
      appendFileSync(this.file, `${line}\n`, { mode: 0o600 })
      this.bytes += Buffer.byteLength(line) + 1
    } catch {
      // A full disk must not end the cluster for want of its log.
    }
  }
}

/** Calls back for every whole line of a stream, and for what is left at its end. */
export async function eachLine(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) onLine(line)
  }
  if (rest) onLine(rest)
}

/** A node speaks in JSON lines with a level. What isn't one comes from the runtime itself: a crash, a warning. */
export function deservesTheTerminal(line: string): boolean {
  if (!line.startsWith('{')) return line.trim() !== ''
  return /"level":"(warn|error|fatal)"/.test(line)
}
