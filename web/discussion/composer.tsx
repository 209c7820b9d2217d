import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { recall, remember } from '../shell/device'
import { Icon } from '../ui/icons'
import { useSay } from './words'
import { messageCharacters, nearLimit } from './limits'
import type { Conversation } from './conversation'

/** Enter sends, Shift+Enter makes a new line. A phone's keyboard shows that its key sends. */
export function Composer({ conversation, channelName }: { conversation: Conversation; channelName: string }) {
  const say = useSay()
  const { text, write, clear } = useDraft(conversation)
  const over = text.length - messageCharacters
  const sendable = text.trim() !== '' && over <= 0
  const send = (): void => {
    if (!sendable) return
    conversation.post(text.trim())
    clear()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // While a word is being composed (IME), Enter belongs to the keyboard.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
    >
      <Room left={-over} />
      <div className="flex items-end rounded-2xl border border-field bg-raised focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
        <Area text={text} label={say('write.label', { channel: channelName })} onWrite={write} onKeyDown={onKeyDown} />
        <button
          type="submit"
          aria-label={say('write.send')}
          title={say('write.send')}
          disabled={!sendable}
          className="m-1 inline-flex size-10 shrink-0 items-center justify-center rounded-xl bg-accent text-on-accent hover:bg-accent-strong disabled:bg-transparent disabled:text-muted"
        >
          <Icon name="send" />
        </button>
      </div>
      <p className="hidden px-1 pt-1 text-xs text-muted md:block">{say('write.hint')}</p>
    </form>
  )
}

/** What is written and not sent yet stays with its channel on this device. */
function useDraft(conversation: Conversation) {
  const name = `draft.${conversation.channel}`
  const [text, setText] = useState(() => recall(name) ?? '')
  const keep = (next: string): void => {
    setText(next)
    remember(name, next === '' ? undefined : next)
  }
  return {
    text,
    write: (next: string): void => {
      keep(next)
      if (next.trim() !== '') conversation.write()
    },
    clear: () => keep(''),
  }
}

/** How much still fits, once that matters. */
function Room({ left }: { left: number }) {
  const say = useSay()
  if (left < 0) {
    return (
      <p role="alert" className="px-1 pb-1 text-sm text-bad">
        {say('write.over', { n: -left, max: messageCharacters })}
      </p>
    )
  }
  return left < nearLimit ? <p className="px-1 pb-1 text-sm text-muted">{say('write.left', { n: left })}</p> : null
}

interface AreaProps {
  text: string
  label: string
  onWrite(text: string): void
  onKeyDown(event: KeyboardEvent): void
}

/** Grows with what is written, up to a part of the screen. */
function Area({ text, label, onWrite, onKeyDown }: AreaProps) {
  const ref = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const area = ref.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [text])
  return (
    <textarea
      ref={ref}
      aria-label={label}
      placeholder={label}
      value={text}
      rows={1}
      dir="auto"
      enterKeyHint="send"
      onChange={(event) => onWrite(event.target.value)}
      onKeyDown={onKeyDown}
      className="max-h-[35dvh] min-h-12 min-w-0 flex-1 resize-none bg-transparent px-3.5 py-3 outline-none"
    />
  )
}
