/** An installation as its admin has it: a data folder, a port, and `alun` on the command line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'bun:test'
import { readDescription } from '../../cluster/description'
import { freePort } from '../../prove/testing/cluster'
import { until } from '../../prove/testing/until'

const cli = join(import.meta.dir, '../cli.ts')

export interface Up {
  child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  /** What it said so far, a line each. */
  lines: string[]
  /** Of its nodes and its database. */
  pids: number[]
}

/** In an empty folder; nothing runs yet. */
export async function installation() {
  const dataDir = mkdtempSync(join(tmpdir(), 'alun-up-'))
  const port = freePort()
  const command = (words: readonly string[]): string[] => [process.execPath, cli, ...words, '--data', dataDir]

  return {
    dataDir,
    port,
    remove: (): void => rmSync(dataDir, { recursive: true }),

    /** Resolves when the command has ended. */
    alun(words: readonly string[]): { exitCode: number; out: string } {
      const { exitCode, stdout, stderr } = Bun.spawnSync(command(words))
      return { exitCode, out: stdout.toString() + stderr.toString() }
    },

    /** Resolves when it is ready. */
    async up(...flags: string[]): Promise<Up> {
      const child = Bun.spawn(command(['up', '--port', String(port), ...flags]), { stdio: ['ignore', 'pipe', 'pipe'] })
      const lines: string[] = []
      const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
        for await (const chunk of stream) lines.push(...new TextDecoder().decode(chunk).split('\n').filter(Boolean))
      }
      void read(child.stdout)
      void read(child.stderr)
      await until(() => lines.some((line) => line.startsWith('ready ')) || child.exitCode !== null, {
        what: '"ready"',
        timeoutMs: 60_000,
      })
      expect(lines.filter((line) => line.startsWith('ready '))).toHaveLength(1)
      const { nodes, postgresPid } = readDescription(dataDir)!
      return { child, lines, pids: [...nodes.map(({ pid }) => pid!), postgresPid!] }
    },
  }
}
