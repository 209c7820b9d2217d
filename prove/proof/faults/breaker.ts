/**
 * What the owner of a given cluster lets us break: a program of theirs. Without a word it names what it can break, a line
 * each, in our words for it; given one of them, and the number of a node where it is a node's, it breaks that, ends when
 * all is whole again, and says by its exit code whether it is. `deploy/break.sh` is one.
 */
import { aroundKinds, faultKinds, type FaultKind } from '../history'

const all: readonly FaultKind[] = [...faultKinds, ...aroundKinds]
const wholeMs = 60_000

export class Breaker {
  private constructor(
    private readonly program: string,
    readonly kinds: ReadonlySet<FaultKind>,
  ) {}

  /** @throws when the program does not run, or offers what nobody here knows. */
  static async ask(program: string): Promise<Breaker> {
    const names = (await said(program, [])).split('\n').filter(Boolean)
    const kinds = names.map((name) => {
      const found = all.find((kind) => kind === name)
      if (!found) throw new Error(`--breaker offers "${name}", and we know ${all.join(', ')}`)
      return found
    })
    return new Breaker(program, new Set(kinds))
  }

  /** Resolves when it is whole again. @param node counted from 1 */
  async break(fault: FaultKind, node: number): Promise<void> {
    await said(this.program, [fault, String(node)])
  }
}

async function said(program: string, words: string[]): Promise<string> {
  const child = Bun.spawn([program, ...words], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', timeout: wholeMs })
  const [out, complaint] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) === 0) return out
  throw new Error(`${[program, ...words].join(' ')}: ${complaint.trim() || 'it failed, and did not say why'}`)
}
