/**
 * Figures in a document: each benchmark has a block between two marks, `<!-- bench NAME -->` and `<!-- /bench NAME -->`,
 * with its conditions. What was measured anew takes the place of what stood there; the other blocks stay.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { told, type Figure, type Measured } from './figures'

export interface About {
  version: string
  at: string
  cpu: string
  cores: number
  runtime: string
  loadBefore: number
}

/** @throws when the document has no place for a figure. */
export async function writeInto(path: string, all: readonly Measured[], about: About): Promise<void> {
  let text = await readFile(path, 'utf8')
  for (const one of all) text = withBlock(text, one, about, path)
  await writeFile(path, text)
}

function withBlock(text: string, measured: Measured, about: About, path: string): string {
  const [open, close] = [`<!-- bench ${measured.name} -->`, `<!-- /bench ${measured.name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start)
    throw new Error(`${path} has no place for the figures of ${measured.name}: ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${blockOf(measured, about)}\n\n${text.slice(end)}`
}

export function blockOf({ conditions, figures, skipped }: Measured, about: About): string {
  const { at, version, cpu, cores, runtime, loadBefore } = about
  const made = `${at.slice(0, 10)}, version ${version}, ${cores} cores (${cpu || 'unknown'}), ${runtime}, load ${loadBefore} before.`
  return [
    `${conditions[0]!.toUpperCase()}${conditions.slice(1)}. ${made}`,
    '',
    '| figure | Alun | limit of the machine | peers |',
    '|---|---|---|---|',
    ...figures.map(row),
    ...(skipped.length > 0 ? ['', `Not measured here: ${skipped.join('; ')}.`] : []),
  ].join('\n')
}

function row({ what, unit, bars }: Figure): string {
  const cell = (kind: 'ours' | 'limit' | 'peer'): string =>
    bars
      .filter((bar) => bar.kind === kind)
      .map(({ name, value }) => (name === 'Alun' ? told(value) : `${told(value)} (${name})`))
      .join(', ') || '–'
  return `| ${what}, ${unit} | ${cell('ours')} | ${cell('limit')} | ${cell('peer')} |`
}
