import { useEffect, useRef, useState } from 'react'
import type { Message } from '../../services/discussion/model'
import { useSay } from './words'

/** At most one announcement in this time: a busy channel must not talk over everything else. */
const quietMs = 4000
const spokenCharacters = 200

interface AnnouncerProps {
  messages: readonly Message[]
  me: string
  channelName: string
}

/** Reads new messages of others to those who listen: one as it is, several as a number. */
export function Announcer({ messages, me, channelName }: AnnouncerProps) {
  const say = useSay()
  const [text, setText] = useState('')
  const heard = useRef(messages.at(-1)?.offset ?? 0)
  const spokeAt = useRef(-Infinity)
  useEffect(() => {
    const fresh = messages.filter(({ offset, author }) => offset > heard.current && author.id !== me)
    if (fresh.length === 0) return
    const speak = (): void => {
      heard.current = messages.at(-1)!.offset
      spokeAt.current = performance.now()
      const [only] = fresh
      setText(
        fresh.length === 1
          ? say('talk.said', { name: only!.author.name, text: only!.text.slice(0, spokenCharacters) })
          : say('talk.saidMany', { n: fresh.length, channel: channelName }),
      )
    }
    const timer = setTimeout(speak, Math.max(0, spokeAt.current + quietMs - performance.now()))
    return () => clearTimeout(timer)
  }, [messages, me, channelName, say])
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}
