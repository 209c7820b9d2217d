import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { CallError } from '../../client/errors'
import type { Message } from '../../services/discussion/model'
import { IconButton } from '../ui/button'
import { Icon } from '../ui/icons'
import { toast } from '../ui/toast'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { lang } from '../shell/settings'
import { About } from './about'
import { FileChips } from './file-chips'
import type { Conversation } from './conversation'
import { messageCharacters, nearLimit } from './limits'
import { Mark } from './marks'
import { Suggestions, useSuggestions } from './suggestions'
import { Uploads } from './uploads'
import { useDraft, type Draft } from './use-draft'
import { useSay } from './words'

interface ComposerProps {
  conversation: Conversation
  channelName: string
  /** What another device of the person began to write. */
  draft: string | undefined
}

/** Enter sends, Shift+Enter makes a new line. A phone's keyboard shows that its key sends. */
export function Composer({ conversation, channelName, draft: elsewhere }: ComposerProps) {
  const say = useSay()
  const area = useRef<HTMLTextAreaElement>(null)
  const draft = useDraft(conversation, elsewhere)
  const uploads = useResource(useCallback(() => new Uploads(lang.get), []))
  const composing = useStore(conversation.composing)
  useComposing(conversation, draft, area)
  const suggestions = useSuggestions(conversation, draft, area)
  const over = draft.text.length - messageCharacters
  const send = useSend(conversation, draft, uploads, suggestions.chosen)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (suggestions.onKey(event)) return
    if (event.key === 'Escape') return conversation.composing.set({})
    // While a word is being composed (IME), Enter belongs to the keyboard.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send.now()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send.now()
      }}
      className="relative shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
    >
      <Suggestions {...suggestions} />
      <Room left={-over} />
      <div className="rounded-2xl border border-field bg-raised focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
        <About composing={composing} onCancel={() => conversation.composing.set({})} />
        {uploads && <FileChips uploads={uploads} />}
        <div className="flex items-end">
          {uploads && !composing.editing && <Attach onFiles={(files) => uploads.add(files)} />}
          <Area
            area={area}
            text={draft.text}
            label={say('write.label', { channel: channelName })}
            onWrite={draft.write}
            onKeyDown={onKeyDown}
            onFiles={(files) => uploads?.add(files)}
          />
          <button
            type="submit"
            aria-label={say(composing.editing ? 'write.save' : 'write.send')}
            title={say(composing.editing ? 'write.save' : 'write.send')}
            disabled={!send.able}
            className="m-1 inline-flex size-10 shrink-0 items-center justify-center rounded-xl bg-accent text-on-accent hover:bg-accent-strong disabled:bg-transparent disabled:text-muted"
          >
            <Icon name={composing.editing ? 'tick' : 'send'} />
          </button>
        </div>
      </div>
      <p className="hidden px-1 pt-1 text-xs text-muted md:block">{say('write.hint')}</p>
    </form>
  )
}

function useSend(conversation: Conversation, draft: Draft, uploads: Uploads | undefined, chosen: () => string[]) {
  const say = useSay()
  const sending = useStore(uploads?.store ?? noUploads)
  const text = draft.text.trim()
  const { editing } = useStore(conversation.composing)
  const fits = draft.text.length <= messageCharacters
  const arrived = sending.every(({ id }) => id !== undefined)
  const able = fits && arrived && (text !== '' || (sending.length > 0 && !editing))
  const now = (): void => {
    if (!able) return
    if (editing)
      void edit(conversation, editing, text).catch((error: unknown) => toast(sentenceOf(error, say('error.internal'))))
    else {
      const [files, mentions] = [uploads?.take() ?? [], chosen()]
      conversation.post(text, { ...(files.length > 0 ? { files } : {}), ...(mentions.length > 0 ? { mentions } : {}) })
    }
    draft.clear()
  }
  return { able, now }
}

const noUploads = new Uploads(lang.get).store
const sentenceOf = (error: unknown, otherwise: string): string =>
  error instanceof CallError ? (error.sentence ?? otherwise) : otherwise

async function edit(conversation: Conversation, { id, text: before }: Message, text: string): Promise<void> {
  conversation.composing.set({})
  if (text !== before) await conversation.signedIn.client.command('discussion.edit', { message: id, text })
}

/** What is to be edited or quoted comes into the field, and the field gets the focus. */
function useComposing(conversation: Conversation, draft: Draft, area: RefObject<HTMLTextAreaElement | null>): void {
  const composing = useStore(conversation.composing)
  const before = useRef<string>(undefined)
  useEffect(() => {
    const { editing, replyTo } = composing
    if (editing) {
      before.current = draft.text
      draft.write(editing.text)
    } else if (before.current !== undefined) {
      draft.write(before.current)
      before.current = undefined
    } else if (replyTo?.text.startsWith('> ') && replyTo.text.endsWith('\n')) draft.write(replyTo.text + draft.text)
    if (editing || replyTo) area.current?.focus()
    // When another message is taken up, not while one writes.
  }, [composing]) // oxlint-disable-line react/exhaustive-deps
}

function Attach({ onFiles }: { onFiles(files: readonly File[]): void }) {
  const say = useSay()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton label={say('write.attach')} onClick={() => input.current?.click()} className="m-0.5">
        <Mark name="clip" />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={say('write.attach')}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          // The same file can be chosen again after it was removed.
          target.value = ''
          onFiles(files)
        }}
      />
    </>
  )
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
  area: RefObject<HTMLTextAreaElement | null>
  text: string
  label: string
  onWrite(text: string): void
  onKeyDown(event: KeyboardEvent): void
  onFiles(files: readonly File[]): void
}

/** Grows with what is written, up to a part of the screen. Pictures can be pasted. */
function Area({ area, text, label, onWrite, onKeyDown, onFiles }: AreaProps) {
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [area, text])
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files]
    if (files.length === 0) return
    event.preventDefault()
    onFiles(files)
  }
  return (
    <textarea
      ref={area}
      aria-label={label}
      placeholder={label}
      value={text}
      rows={1}
      dir="auto"
      enterKeyHint="send"
      onChange={(event) => onWrite(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      className="max-h-[35dvh] min-h-12 min-w-0 flex-1 resize-none bg-transparent px-1.5 py-3 outline-none"
    />
  )
}
