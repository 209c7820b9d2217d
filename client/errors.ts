import { codes, type Code } from '../protocol/errors'

/** `internal` is a fault of the server's; `ended` says that the connection was closed for good. */
export type CallCode = Code | 'internal' | 'ended'

/** A final answer that is no result. `sentence` is the server's, in the user's language; it may be missing. */
export class CallError extends Error {
  override readonly name = 'CallError'
  constructor(
    readonly code: CallCode,
    readonly sentence?: string,
  ) {
    super(sentence ? `${code}: ${sentence}` : code)
  }
}

/** What the SDK rejects with. Its own codes are below 100; the protocol's and the server's follow. */
export interface SdkError {
  code: number
  message: string
  temporary?: boolean
}

/** Whether this is what the SDK rejects with, rather than a fault in a program. */
export function isSdkError(error: unknown): error is SdkError {
  return typeof error === 'object' && error !== null && typeof (error as SdkError).code === 'number'
}

const byNumber = new Map<number, Code>(Object.entries(codes).map(([code, { realtime }]) => [realtime, code as Code]))
/** Errors of the protocol that mean the same as one of the contract's. */
const protocolCodes: Record<number, Code> = {
  101: 'unauthenticated',
  102: 'not_found',
  103: 'forbidden',
  104: 'not_found',
  106: 'invalid',
  107: 'invalid',
  111: 'limited',
}

/** @returns nothing when the outcome is unknown: a time-out, or a connection that was lost or closed. */
export function codeOf(error: SdkError): CallCode | undefined {
  if (error.code < 100) return undefined
  return byNumber.get(error.code) ?? protocolCodes[error.code] ?? 'internal'
}

/** The server writes `code: sentence`. */
export function toCallError(error: SdkError): CallError {
  const code = codeOf(error) ?? 'unavailable'
  const known = byNumber.has(error.code) || error.code === 103
  const colon = error.message.indexOf(': ')
  return new CallError(code, known && colon > 0 ? error.message.slice(colon + 2) : undefined)
}
