/**
 * A bus inside one process that loses, repeats, delays and reorders by a seed. With all faults at 0 it passes the same
 * contract as the real ones; with faults it is what the hub has to survive.
 */
import type { Bus, BusState, Notice } from '../bus'
import { signalBytes } from './bounds'
import type { LogEvent } from '../log'
import { eventRecords, signalRecord, unpack } from './wire'

export interface Faults {
  /** Chances between 0 and 1. */
  lose: number
  repeat: number
  /** The longest delay, in turns of the simulation. Different delays reorder. */
  delayTurns: number
}

export class SimulatedNetwork {
  private readonly nodes = new Map<string, SimulatedBus>()
  private inFlight: { due: number; to: string; message: string }[] = []
  private turn = 0
  connected = true

  constructor(
    private readonly random: () => number,
    private readonly faults: Faults = { lose: 0, repeat: 0, delayTurns: 0 },
  ) {}

  join(node: string): Bus {
    const bus = new SimulatedBus(node, (message) => this.send(node, message))
    this.nodes.set(node, bus)
    return bus
  }

  /** One turn passes: what is due arrives. */
  step(): void {
    this.turn++
    const due = this.inFlight.filter((one) => one.due <= this.turn)
    this.inFlight = this.inFlight.filter((one) => one.due > this.turn)
    for (const { to, message } of due) this.nodes.get(to)?.receive(message)
  }

  disconnect(): void {
    this.connected = false
    this.inFlight = []
    for (const bus of this.nodes.values()) bus.become('down')
  }

  connect(): void {
    this.connected = true
    for (const bus of this.nodes.values()) bus.become('up')
  }

  private send(from: string, message: string): void {
    if (!this.connected) return
    for (const to of this.nodes.keys()) {
      if (to === from || this.random() < this.faults.lose) continue
      const copies = this.random() < this.faults.repeat ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        this.inFlight.push({
          due: this.turn + 1 + Math.floor(this.random() * (this.faults.delayTurns + 1)),
          to,
          message,
        })
      }
    }
  }
}

class SimulatedBus implements Bus {
  state: BusState = 'down'
  private stopped = false
  private noticeHandler: (notices: Notice[]) => void = () => undefined
  private wants: (topic: string) => boolean = () => true
  private readonly signalHandlers = new Map<string, (text: string, from: string) => void>()
  private stateHandler: (state: BusState) => void = () => undefined

  constructor(
    private readonly node: string,
    private readonly deliver: (message: string) => void,
  ) {}

  publish(events: readonly LogEvent[], life: string): void {
    // Each alone, so that each can be lost alone.
    for (const event of events) {
      for (const one of eventRecords([event], life, signalBytes)) this.send(`${this.node}\u001e${one}`)
    }
  }

  signal(channel: string, text: string): void {
    this.send(`${this.node}\u001e${signalRecord(channel, text, signalBytes)}`)
  }

  onNotices(handler: (notices: Notice[]) => void, wants = this.wants): void {
    this.noticeHandler = handler
    this.wants = wants
  }

  onSignal(channel: string, handler: (text: string, from: string) => void): void {
    this.signalHandlers.set(channel, handler)
  }

  onState(handler: (state: BusState) => void): void {
    this.stateHandler = handler
  }

  async run(): Promise<void> {
    this.become('up')
  }

  async stop(): Promise<void> {
    this.become('down')
    this.stopped = true
  }

  become(state: BusState): void {
    if (state === this.state || this.stopped) return
    this.state = state
    this.stateHandler(state)
  }

  private send(message: string): void {
    if (!this.stopped) this.deliver(message)
  }

  receive(message: string): void {
    if (this.state === 'down') return
    const { sender, notices, signals } = unpack(message, this.wants)
    if (notices.length > 0) this.noticeHandler(notices)
    for (const { channel, text } of signals) this.signalHandlers.get(channel)?.(text, sender)
  }
}
