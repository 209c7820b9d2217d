/** What must not be guessed. */

export const sha256 = (text: string): string => Bun.SHA256.hash(text, 'hex')

/** Who somebody is on a drop's public record. Without the salt nobody can tell who that is. */
export const pseudonym = (salt: string, user: string): string => sha256(`${salt} ${user}`).slice(0, 20)

/** 256 bits in hexadecimal. */
export const secret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')

/** No letter that is read as another one. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** To be shown at pickup: ten letters, fifty bits. */
export const pickupCode = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => letters[byte % 32]).join('')
