/**
 * What a person did and the stream has not shown yet, shown at once: a guess lies over what is known until the stream
 * brings it, and is taken away when the command is refused.
 *
 *   made ──answered──▶ awaited ──in the stream, or too long──▶ (gone)
 *     └──refused──▶ (gone)      └── replaced by a later guess of its lane ──▶ (gone)
 *
 * The command is asked again under its key until it is answered (`call.ts`), so a lost answer takes nothing away. Guesses
 * of one lane are about the same thing: they are sent one after the other, and the last one is shown.
 */
import type { Caller } from './call'
import { newKey } from './key'
import type { CommandName, InputOf } from './methods'

export interface Guess<S, N extends CommandName = CommandName> {
  /** What it is about: this message's thumb, that notification. */
  lane: string
  name: N
  input: InputOf<N>
  /** Pure: what will be, from what is. */
  change(state: S): S
  /** Whether the stream has brought it. */
  isIn(state: S): boolean
}

interface Made<S> extends Pick<Guess<S>, 'lane' | 'change' | 'isIn'> {
  key: string
  isAnswered: boolean
}

/** An answered guess that the stream doesn't show after so long was undone by somebody else. */
const patienceMs = 5000

export class Guesses<S> {
  private made: readonly Made<S>[] = []
  private readonly sending = new Map<string, Promise<unknown>>()
  private state: S | undefined

  constructor(
    private readonly caller: Pick<Caller, 'command'>,
    /** Told when what lies over the state has changed. */
    private readonly changed: () => void,
  ) {}

  /** What to show where this is known. */
  over(state: S): S {
    return this.made.reduce((shown, { change }) => change(shown), state)
  }

  /** What the stream has come to. */
  saw(state: S): void {
    this.state = state
    this.made = this.made.filter(({ isAnswered, isIn }) => !isAnswered || !isIn(state))
  }

  /** Shows it now and sends it, behind what its lane still sends. @throws CallError when it is refused; then it is not shown any more. */
  async make<N extends CommandName>({ lane, name, input, change, isIn }: Guess<S, N>): Promise<void> {
    const guess: Made<S> = { key: newKey(), lane, change, isIn, isAnswered: false }
    this.made = [...this.made.filter((one) => one.lane !== lane), guess]
    this.changed()
    const before = this.sending.get(lane) ?? Promise.resolve()
    const sent = before.catch(() => undefined).then(() => this.caller.command(name, input, { key: guess.key }))
    this.sending.set(lane, sent)
    try {
      await sent
      guess.isAnswered = true
      if (this.state !== undefined && isIn(this.state)) this.drop(guess)
      else setTimeout(() => this.drop(guess), patienceMs)
    } catch (error) {
      this.drop(guess)
      throw error
    } finally {
      if (this.sending.get(lane) === sent) this.sending.delete(lane)
    }
  }

  private drop(guess: Made<S>): void {
    if (!this.made.includes(guess)) return
    this.made = this.made.filter((one) => one !== guess)
    this.changed()
  }
}
