/** The colours that people chose for their pictures, asked for together as they are needed. Without one, the id decides. */
import { Store } from '../../client/store'

/** By the people's ids: a place among the colours, or nothing where none was chosen. */
export const hues = new Store<ReadonlyMap<string, number | undefined>>(new Map())

type Asked = (ids: string[]) => Promise<Iterable<readonly [id: string, hue: number]>>

/** People come on the screen together: those of one moment are one question. */
const gatherMs = 50
/** As many as one question may name. */
const atOnce = 200

let ask: Asked | undefined
let wanted = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Who knows the colours, as long as somebody is signed in. @returns what ends it */
export function askForHues(how: Asked): () => void {
  ask = how
  if (wanted.size > 0) gather()
  return () => {
    ask = undefined
    wanted = new Set()
    hues.set(new Map())
  }
}

export function wantHue(id: string): void {
  if (hues.get().has(id) || wanted.has(id)) return
  wanted.add(id)
  if (ask) gather()
}

export const knowHue = (id: string, hue: number): void => hues.update((known) => new Map([...known, [id, hue]]))

function gather(): void {
  timer ??= setTimeout(() => {
    timer = undefined
    const ids = [...wanted].slice(0, atOnce)
    for (const id of ids) wanted.delete(id)
    if (wanted.size > 0) gather()
    // Not told now is not told later: a colour is not worth a second question.
    void ask?.(ids).then(
      (found) => hues.update((known) => new Map([...known, ...ids.map((id) => [id, undefined] as const), ...found])),
      () => undefined,
    )
  }, gatherMs)
}
