/**
 * Loaded before a node (`BUN_OPTIONS=--preload=…`): its own clock is ten minutes fast from the beginning, and an hour slow
 * some seconds later, as that of a machine whose battery is empty.
 */
const Right = Date
const begun = performance.now()
const wrongMs = (): number => (performance.now() - begun < 8000 ? 10 : -60) * 60_000

globalThis.Date = new Proxy(Right, {
  construct: (target, args: []) => (args.length === 0 ? new Right(Right.now() + wrongMs()) : new target(...args)),
  apply: () => new Right(Right.now() + wrongMs()).toString(),
  get: (target, name) => (name === 'now' ? () => Right.now() + wrongMs() : (Reflect.get(target, name) as unknown)),
})
