/** What a subcommand is, and how its words are read. */
import { parseArgs } from 'node:util'
import { settings, type Flags, type Setting, type SettingName } from '../config'

export interface Option {
  /** What stands for the value in `--help`; without one the flag takes no value. */
  placeholder?: string | undefined
  help: string
}

export interface Command {
  summary: string
  /** Settings that this command takes as flags. */
  settings?: readonly SettingName[]
  /** Flags of its own. */
  options?: Record<string, Option>
  /** What is written without a flag, in order: `verify` stands for itself, `ID` for a value. */
  words?: readonly string[]
  /**
   * @param values what was written for each of the `words` that stand for one.
   * @returns the exit code; nothing means 0.
   */
  run(flags: Flags, values: Record<string, string>): Promise<number | void>
}

/** The words make no sense: told in one line with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Every flag of a command by its name. */
export function optionsOf(command: Command): Record<string, Option> {
  const shared = (command.settings ?? []).flatMap((name) => {
    const { flag, placeholder, help, variable, fallback }: Setting = settings[name]
    const standing = placeholder && fallback ? `${variable}, else ${fallback}` : variable
    return flag ? [[flag, { placeholder, help: `${help} (${standing})` }] as const] : []
  })
  return { ...Object.fromEntries(shared), ...command.options }
}

export interface Said {
  flags: Flags
  values: Record<string, string>
}

/** @throws UsageError */
export function readWords(name: string, command: Command, words: readonly string[]): Said {
  const options = Object.fromEntries(
    Object.entries(optionsOf(command)).map(([flag, { placeholder }]) => [
      flag,
      { type: placeholder ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  try {
    const allowPositionals = command.words !== undefined
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals, strict: true })
    return { flags: values as Flags, values: named(command.words ?? [], positionals) }
  } catch (error) {
    const sentence = (error as Error).message.split('. ')[0]!.split('\n')[0]!
    throw new UsageError(`${sentence}; see: alun ${name} --help`)
  }
}

const isValue = (word: string): boolean => word === word.toUpperCase()

function named(expected: readonly string[], written: readonly string[]): Record<string, string> {
  const fits = expected.every((word, at) => (isValue(word) ? written[at] : written[at] === word))
  if (!fits || written.length > expected.length) throw new Error(`expected: ${expected.join(' ')}`)
  return Object.fromEntries(expected.flatMap((word, at) => (isValue(word) ? [[word, written[at]!]] : [])))
}

export function helpOf(name: string, command: Command): string {
  const options = Object.entries(optionsOf(command)).map(
    ([flag, { placeholder, help }]) => [`--${flag}${placeholder ? ` ${placeholder}` : ''}`, help] as const,
  )
  const usage = ['alun', name, ...(command.words ?? []), ...(options.length > 0 ? ['[options]'] : [])].join(' ')
  return `${[usage, `  ${command.summary}`, ...(options.length > 0 ? ['', ...columns(options)] : [])].join('\n')}\n`
}

export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
