/**
 * What is written and not sent yet stays with its channel: on this device at once, on the person's others a moment
 * later. What another device wrote is taken over unless one is writing here.
 */
import { useEffect, useRef, useState } from 'react'
import { recall, remember } from '../shell/device'
import type { Conversation } from './conversation'

const keepAfterMs = 1000

export interface Draft {
  text: string
  write(text: string): void
  clear(): void
}

/** @param elsewhere what the list of channels says. */
export function useDraft(conversation: Conversation, elsewhere: string | undefined): Draft {
  const name = `draft.${conversation.channel}`
  const [text, setText] = useState(() => recall(name) ?? elsewhere ?? '')
  const kept = useRef(elsewhere ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { channel, signedIn } = conversation

  const keep = (next: string, ms: number): void => {
    setText(next)
    remember(name, next === '' ? undefined : next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (kept.current === next) return
      kept.current = next
      signedIn.client.command('discussion.draft', { channel, text: next }).catch(() => undefined)
    }, ms)
  }

  useEffect(() => {
    const next = elsewhere ?? ''
    if (next === kept.current) return
    kept.current = next
    // Somebody's own words are not taken from under their fingers.
    if (document.activeElement instanceof HTMLTextAreaElement && text !== '') return
    setText(next)
    remember(name, next === '' ? undefined : next)
    // Only what comes from elsewhere, not what is written here.
  }, [elsewhere]) // oxlint-disable-line react/exhaustive-deps

  return {
    text,
    write: (next) => {
      keep(next, keepAfterMs)
      if (next.trim() !== '') conversation.write()
    },
    clear: () => keep('', 0),
  }
}
