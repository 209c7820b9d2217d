import { codes, type Lang, type Refusal } from '../../protocol/errors'
import type { ErrorFrame } from '../../protocol/frames'

/** The public contract: the number of the table, and the message `code: sentence`. */
export function refusalFrame(refusal: Refusal, lang: Lang): ErrorFrame {
  const { realtime, retry } = codes[refusal.code]
  const frame: ErrorFrame = { code: realtime, message: `${refusal.code}: ${refusal.say(lang)}` }
  // The official client subscribes again by itself where an error is temporary.
  return retry ? { ...frame, temporary: true } : frame
}
