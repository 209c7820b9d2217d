/** There is no session any more. Apart from the connection, so that a sign-in page needs nothing of the realtime SDK. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut'
  constructor() {
    super('signed out')
  }
}
