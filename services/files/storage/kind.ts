/** What every kind of storage keeps to. */

/** From `from` up to, and without, `to`. */
export interface Range {
  from: number
  to: number
}

export interface Storage {
  /** Whole and durable when it resolves; when it rejects there is nothing under this name. @throws StorageFull */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Nothing where there is nothing under this name. */
  get(name: string, range?: Range): Promise<Blob | undefined>
  /** Everything whose name begins so. That there was nothing is no error. `prefix` ends with `/`. */
  removeAll(prefix: string): Promise<void>
}

/** There is no room. Nothing was stored. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull'
}

/** `a/b/c` of letters, digits, `_` and `-`: nothing that leads elsewhere. @throws for anything else, which is our fault. */
export function checked(name: string): string {
  if (!/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\/?$/.test(name)) throw new Error(`no name of an object: ${name}`)
  return name
}
