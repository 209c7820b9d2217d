/** Something the person who starts Alun can set right: told in one line, without a stack trace. */
export class StartFailure extends Error {
  override readonly name: string = 'StartFailure'
}
