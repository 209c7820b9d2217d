/**
 * Sending a file to the installation, in pieces: after a break it goes on where it got, at whatever node answers then.
 * The same key is the same upload.
 */
import type { Lang } from '../protocol/errors'
import { CallError } from './errors'
import { backoffMs, sleep } from './wait'

export interface UploadOptions {
  /** `https://campus.example`, or empty in a page of that origin. */
  origin?: string
  lang: Lang
  key: string
  signal?: AbortSignal
  /** From 0 to 1. */
  progress?(share: number): void
}

const backoff = { minMs: 200, maxMs: 5000 }
const attempts = 8

/** @returns the file's id, once all of it has arrived. @throws CallError when it is refused, or nobody answers for long. */
export async function sendFile(file: File, options: UploadOptions): Promise<string> {
  const { key, progress } = options
  const begin = JSON.stringify({ name: file.name || 'file', bytes: file.size })
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const { id, partBytes } = await patiently(options, () =>
    ask<{ id: string; partBytes: number }>(options, '/files', { method: 'POST', headers, body: begin }),
  )
  const where = `/files/${encodeURIComponent(id)}`
  for (let offset = 0; offset < file.size;) {
    offset = await patiently(options, async (attempt) => {
      // What arrived before the break is not sent twice.
      const from = attempt === 0 ? offset : (await ask<{ offset: number }>(options, where, {})).offset
      if (from >= file.size) return from
      const part = { 'upload-offset': String(from), 'content-type': 'application/octet-stream' }
      const body = file.slice(from, from + partBytes)
      return (await ask<{ offset: number }>(options, where, { method: 'PATCH', headers: part, body })).offset
    })
    progress?.(offset / file.size)
  }
  return id
}

async function patiently<T>({ signal }: UploadOptions, work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      const isFinal = !(error instanceof CallError) || !['unavailable', 'overloaded', 'internal'].includes(error.code)
      if (isFinal || attempt >= attempts) throw error
      await sleep(backoffMs(attempt, backoff), signal)
    }
  }
}

async function ask<T>({ origin = '', lang, signal }: UploadOptions, path: string, init: RequestInit): Promise<T> {
  const headers = { 'accept-language': lang, ...(init.headers as Record<string, string> | undefined) }
  let response: Response
  try {
    response = await fetch(origin + path, { ...init, headers, credentials: 'include', ...(signal ? { signal } : {}) })
  } catch {
    signal?.throwIfAborted()
    throw new CallError('unavailable')
  }
  const answer = (await response.json().catch(() => ({}))) as T & { code?: CallError['code']; detail?: string }
  if (response.ok) return answer
  throw new CallError(answer.code ?? 'internal', answer.detail)
}
