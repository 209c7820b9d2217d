/** Words for what the server names: flags, reasons, ways. A newer server may know more than this page. */
import { en, type useSay } from './words'

type Say = ReturnType<typeof useSay>

type Named<P extends string> = Extract<keyof typeof en, `${P}.${string}`>
const has = <P extends string>(prefix: P, name: string): name is never => Object.hasOwn(en, `${prefix}.${name}`)

export const flagWord = (say: Say, flag: string): string =>
  has('flag', flag) ? say(`flag.${flag as string}` as Named<'flag'>) : flag
export const reasonWord = (say: Say, reason: string): string =>
  has('reason', reason) ? say(`reason.${reason as string}` as Named<'reason'>) : say('reason.other')
export const howWord = (say: Say, how: string): string =>
  has('how', how) ? say(`how.${how as string}` as Named<'how'>) : how
