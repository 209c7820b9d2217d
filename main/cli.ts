/**
 * `alun …`: finds the subcommand, runs it, and says what went wrong in one line.
 *
 * Exit codes: 0 done · 1 it failed · 2 the words or settings make no sense.
 */
import packageJson from '../package.json'
import { StartFailure } from '../cluster/failure'
import { columns, helpOf, readWords, UsageError, type Command } from './cli/command'
import { commands } from './cli/commands'
import { ConfigError } from './config'

async function main([name = 'help', ...words]: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return help(words[0])
  if (['version', '--version', '-v'].includes(name)) return say(packageJson.version)
  const command = await load(name)
  if (words.includes('--help') || words.includes('-h')) return say(helpOf(name, command).trimEnd())
  const { flags, values } = readWords(name, command, words)
  return (await command.run(flags, values)) ?? 0
}

async function load(name: string): Promise<Command> {
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!found) throw new UsageError(`there is no command "${name}"; see: alun help`)
  return found()
}

async function help(name: string | undefined): Promise<number> {
  if (name !== undefined) return say(helpOf(name, await load(name)).trimEnd())
  const rows = await Promise.all(
    Object.entries(commands).map(async ([each, found]) => [each, (await found()).summary] as const),
  )
  const others = [
    ['help [COMMAND]', 'this, or more about one command'],
    ['version', 'the version'],
  ] as const
  return say(['alun COMMAND [options]', '', ...columns([...rows, ...others])].join('\n'))
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function complain(error: unknown): number {
  const isTheirs = error instanceof UsageError || error instanceof ConfigError
  const isPlain = isTheirs || error instanceof StartFailure
  const text =
    isPlain || !(error instanceof Error) ? String((error as Error).message ?? error) : (error.stack ?? error.message)
  process.stderr.write(`alun: ${text}\n`)
  return isTheirs ? 2 : 1
}

// A reader that went away (`alun up | head -1`) is no reason to end.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
// Not awaited at the top: while a module's top level waits, an uncaught error would be printed and lived on with.
void main(process.argv.slice(2))
  .catch(complain)
  .then((code) => process.exit(code))
