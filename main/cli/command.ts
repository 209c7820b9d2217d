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
  /** @returns the exit code; nothing means 0. */
  run(flags: Flags): Promise<number | void>
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

/** @throws UsageError */
export function readFlags(name: string, command: Command, words: readonly string[]): Flags {
  const options = Object.fromEntries(
    Object.entries(optionsOf(command)).map(([flag, { placeholder }]) => [
      flag,
      { type: placeholder ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  try {
    return parseArgs({ args: [...words], options, allowPositionals: false, strict: true }).values as Flags
  } catch (error) {
    const sentence = (error as Error).message.split('. ')[0]!.split('\n')[0]!
    throw new UsageError(`${sentence}; see: alun ${name} --help`)
  }
}

export function helpOf(name: string, command: Command): string {
  const options = Object.entries(optionsOf(command)).map(
    ([flag, { placeholder, help }]) => [`--${flag}${placeholder ? ` ${placeholder}` : ''}`, help] as const,
  )
  const usage = `alun ${name}${options.length > 0 ? ' [options]' : ''}`
  return `${[usage, `  ${command.summary}`, ...(options.length > 0 ? ['', ...columns(options)] : [])].join('\n')}\n`
}

export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
