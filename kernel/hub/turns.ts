/**
 * Who may be heard of those who speak at once on a topic: the few who were first, for as long as they go on. Words that
 * everybody on a topic hears, from everybody on it, would grow with the square of the crowd; so a crowd hears a sample.
 *
 * Every node keeps turns over what its own clients say and over what it hears of others, by the same rule: each of its
 * sockets gets at most `speakers` words in `againMs`, whatever the other nodes let pass.
 */
export interface TurnOptions {
  /** How many have a turn at once. */
  speakers: number
  /** A turn ends when its speaker has been silent for so long. */
  silentMs: number
  /** Words of one speaker that follow sooner are dropped. */
  againMs: number
}

export class Turns {
  private readonly topics = new Map<string, Map<string, number>>()
  private sweptAt = -Infinity

  constructor(
    private readonly options: TurnOptions,
    private readonly now: () => number,
  ) {}

  /** Whether this is to be heard. */
  take(topic: string, speaker: string): boolean {
    const now = this.now()
    this.sweep(now)
    let speakers = this.topics.get(topic)
    if (!speakers) this.topics.set(topic, (speakers = new Map()))
    const last = speakers.get(speaker)
    if (last !== undefined && now - last < this.options.againMs) return false
    if (last === undefined && speakers.size >= this.options.speakers) {
      this.end(speakers, now)
      if (speakers.size >= this.options.speakers) return false
    }
    speakers.set(speaker, now)
    return true
  }

  private end(speakers: Map<string, number>, now: number): void {
    for (const [speaker, at] of speakers) if (now - at > this.options.silentMs) speakers.delete(speaker)
  }

  /** What nobody speaks on any more is forgotten. */
  private sweep(now: number): void {
    if (now - this.sweptAt < this.options.silentMs) return
    this.sweptAt = now
    for (const [topic, speakers] of this.topics) {
      this.end(speakers, now)
      if (speakers.size === 0) this.topics.delete(topic)
    }
  }
}
