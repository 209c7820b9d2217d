/** What every bus over a network is made of: what waits to be sent, who is told of what comes in, and the state. */
import type { Bus, BusState, Notice } from '../bus'
import type { LogEvent } from '../log'
import { signalBytes, waitingMessages } from './bounds'
import { eventRecords, signalRecord, unpack } from './wire'

const goodbyeMs = 1000

export abstract class BusStation implements Bus {
  state: BusState = 'down'
  protected waiting: string[] = []
  protected stopped = false
  private loops: Promise<void>[] = []
  private wake: (() => void) | undefined
  private noticeHandler: (notices: Notice[]) => void = () => undefined
  private wants: (topic: string) => boolean = () => true
  private readonly signalHandlers = new Map<string, (text: string, from: string) => void>()
  private stateHandler: (state: BusState) => void = () => undefined

  constructor(protected readonly node: string) {}

  /** Keeps listening until stopped. Calls `firstTry` when its first attempt has ended, well or not. */
  protected abstract listenLoop(firstTry: () => void): Promise<void>
  /** Sends what waits until stopped. */
  protected abstract sendLoop(): Promise<void>
  /** Ends the connections, as far as they can be ended. */
  protected abstract disconnect(): Promise<unknown>

  publish(events: readonly LogEvent[], life: string): void {
    for (const one of eventRecords(events, life, signalBytes)) this.queue(one)
  }

  signal(name: string, text: string): void {
    this.queue(signalRecord(name, text, signalBytes))
  }

  onNotices(handler: (notices: Notice[]) => void, wants = this.wants): void {
    this.noticeHandler = handler
    this.wants = wants
  }

  onSignal(name: string, handler: (text: string, from: string) => void): void {
    this.signalHandlers.set(name, handler)
  }

  onState(handler: (state: BusState) => void): void {
    this.stateHandler = handler
  }

  /** Resolves when the first attempt to listen has ended, well or not; goes on trying. */
  async run(): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.loops = [this.listenLoop(first.resolve), this.sendLoop()]
    await first.promise
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.wakeUp()
    // A frozen server says no goodbye.
    await Promise.race([Promise.all([this.disconnect(), ...this.loops]), pause(goodbyeMs)])
    this.become('down')
  }

  protected become(state: BusState): void {
    if (state === this.state) return
    this.state = state
    this.stateHandler(state)
  }

  /** Until there may be something to send. */
  protected sleep(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve))
  }

  protected wakeUp(): void {
    this.wake?.()
  }

  /** A message of somebody else. */
  protected deliver(message: string): void {
    const { sender, notices, signals } = unpack(message, this.wants)
    if (notices.length > 0) this.noticeHandler(notices)
    for (const { channel, text } of signals) this.signalHandlers.get(channel)?.(text, sender)
  }

  private queue(one: string): void {
    if (this.waiting.length >= waitingMessages) this.waiting.shift()
    this.waiting.push(one)
    this.wakeUp()
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
