/** One value that others watch. The shape that `useSyncExternalStore` wants, so that a screen needs no adapter. */
export class Store<T> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  readonly get = (): T => this.value

  /** Tells the watchers, unless it is the same value. */
  set(next: T): void {
    if (Object.is(next, this.value)) return
    this.value = next
    for (const listener of [...this.listeners]) listener()
  }

  update(change: (value: T) => T): void {
    this.set(change(this.value))
  }

  /** @returns what ends the watching. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resolves with the first value that fits. @throws the signal's reason when it is aborted before. */
  until<F extends T>(fits: (value: T) => value is F, signal?: AbortSignal): Promise<F>
  until(fits: (value: T) => boolean, signal?: AbortSignal): Promise<T>
  until(fits: (value: T) => boolean, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (fits(this.value)) return resolve(this.value)
      const end = (): void => {
        unsubscribe()
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        end()
        reject(signal?.reason)
      }
      const unsubscribe = this.subscribe(() => {
        if (!fits(this.value)) return
        end()
        resolve(this.value)
      })
      signal?.addEventListener('abort', abort)
    })
  }
}
