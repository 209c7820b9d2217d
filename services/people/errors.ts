/** Our refusals through better-auth: deep inside it passes on only errors of its own kind. */
import { APIError } from 'better-auth/api'
import { Refusal, type Code } from '../../protocol/errors'

export function asApiError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Refusal ? toApiError(error) : error
  }
}

export function toApiError({ text, code }: Refusal): APIError {
  return new APIError('BAD_REQUEST', { message: text.en, text, refusal: code satisfies Code })
}
