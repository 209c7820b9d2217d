/**
 * A bus that can be made deaf and dumb on purpose, to show what a system does without it. While it is interrupted, nothing
 * comes in and nothing goes out, and it says that it is down; the bus below stays as it is.
 */
import type { Bus, BusState } from './bus'

export interface BreakableBus extends Bus {
  /** For this long from now. A longer interruption under way stays. */
  interrupt(ms: number): void
}

/** The same bus, which can be interrupted. Throws nothing; the part below is run and stopped through it. */
export function breakable(bus: Bus): BreakableBus {
  let until = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let tell: (state: BusState) => void = () => undefined
  const isBroken = (): boolean => performance.now() < until
  const mend = (): void => {
    if (isBroken()) timer = setTimeout(mend, until - performance.now())
    else tell(bus.state)
  }
  return {
    get state() {
      return isBroken() ? 'down' : bus.state
    },
    publish: (events, life) => isBroken() || bus.publish(events, life),
    signal: (channel, text) => isBroken() || bus.signal(channel, text),
    onNotices: (handler, ...rest) => bus.onNotices((notices) => isBroken() || handler(notices), ...rest),
    onSignal: (channel, handler) => bus.onSignal(channel, (text, from) => isBroken() || handler(text, from)),
    onState(handler) {
      tell = handler
      bus.onState((state) => isBroken() || handler(state))
    },
    run: () => bus.run(),
    stop: () => {
      clearTimeout(timer)
      return bus.stop()
    },
    interrupt(ms) {
      const wasBroken = isBroken()
      until = Math.max(until, performance.now() + ms)
      if (wasBroken) return
      tell('down')
      clearTimeout(timer)
      timer = setTimeout(mend, ms + 1)
    },
  }
}
