/** Commands that end when we do, even when we are killed and can say nothing. */

export interface Guarded {
  command: string[]
  /** What the command reads. A pipe is our end of the guard: nobody writes to it, and its closing is the message. */
  stdin: 'ignore' | 'pipe'
}

/** Linux: the kernel sends the signal. If we died before it was told to, the shell sees another parent and stops. */
const ifParentIs = '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"'

/**
 * Elsewhere: a shell waits for the pipe to close. The watcher is killed first when the command ends by itself, lest it
 * signal whoever gets the pid next.
 */
const untilPipeCloses =
  'exec 3<&0; "$@" </dev/null & child=$!; (cat <&3 >/dev/null; kill -INT $child) & watcher=$!; ' +
  'wait $child; code=$?; kill -9 $watcher; exit $code'

/** The command, sent SIGINT when this process is gone. `wrap` is put around what needs another identity. */
export function guard(
  command: string[],
  wrap: (command: string[]) => string[],
  setpriv: string | null = process.platform === 'linux' ? Bun.which('setpriv') : null,
): Guarded {
  const sh = Bun.which('sh') ?? '/bin/sh'
  if (!setpriv) return { command: [sh, '-c', untilPipeCloses, 'sh', ...wrap(command)], stdin: 'pipe' }
  // Inside the wrapper: a change of identity would cancel the request.
  const inner = [setpriv, '--pdeathsig', 'INT', '--', sh, '-c', ifParentIs, 'sh', String(process.pid), ...command]
  return { command: wrap(inner), stdin: 'ignore' }
}
