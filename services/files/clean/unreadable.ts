/** The upload itself is at fault: it is told so, and not tried again. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}
