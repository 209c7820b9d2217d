/** What one can do about a message, in a sheet that any pointer, finger or keyboard reaches. */
import { useCallback, useState, type ReactNode } from 'react'
import { newKey } from '../../client/key'
import type { Message } from '../../services/discussion/model'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Dialog } from '../ui/dialog'
import { TextArea } from '../ui/inputs'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { fullTimeOf } from '../ui/times'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import type { Conversation } from './conversation'
import { Mark, type MarkName } from './marks'
import { paths } from './paths'
import { react } from './reactions'
import { useSay, useWords } from './words'

interface ActionsProps {
  message: Message
  conversation: Conversation
  /** One may decide about others' messages here. */
  hasSay: boolean
  onClose(): void
}

type Step = 'choose' | 'remove' | 'clean' | 'versions' | 'flag'

export function MessageActions(props: ActionsProps) {
  const [step, setStep] = useState<Step>('choose')
  if (step === 'remove') return <Remove {...props} />
  if (step === 'clean') return <Clean {...props} />
  if (step === 'versions') return <Versions {...props} onClean={() => setStep('clean')} />
  if (step === 'flag') return <Report {...props} />
  return <Choose {...props} onStep={setStep} />
}

const quick = ['👍', '❤️', '😂', '🎉', '🙏', '😮', '😢', '👏', '🔥', '✅', '👀', '💯']

function Choose({ message, conversation, hasSay, onClose, onStep }: ActionsProps & { onStep(step: Step): void }) {
  const say = useSay()
  const isMine = message.author.id === conversation.me && !message.note
  const compose = (next: { replyTo?: Message; editing?: Message }): void => {
    conversation.composing.set(next)
    onClose()
  }
  const pin = (): void => {
    const { client } = conversation.signedIn
    client
      .command('discussion.pin', { message: message.id, on: !message.pinned })
      .catch((error: unknown) => toast(error instanceof Error ? error.message : ''))
    onClose()
  }
  return (
    <Dialog title={say('act.title')} shape="sheet" onClose={onClose}>
      <EmojiRow
        onPick={(emoji) => {
          const mine = message.reactions?.find((one) => one.emoji === emoji)
          react(conversation, message, emoji, !mine?.people.some(({ id }) => id === conversation.me))
          onClose()
        }}
      />
      <div className="flex flex-col">
        <Act mark="reply" onSelect={() => compose({ replyTo: message })} name={say('act.reply')} />
        <Act
          mark="quote"
          onSelect={() => compose({ replyTo: { ...message, text: quoteOf(message) } })}
          name={say('act.quote')}
        />
        {isMine && <Act icon="edit" onSelect={() => compose({ editing: message })} name={say('act.edit')} />}
        <Act
          icon="list"
          onSelect={() => void copyLink(conversation, message, say).then(onClose)}
          name={say('act.copy')}
        />
        <Act mark="tack" onSelect={pin} name={say(message.pinned ? 'act.unpin' : 'act.pin')} />
        {message.editedAt && <Act icon="clock" onSelect={() => onStep('versions')} name={say('act.versions')} />}
        {!isMine && <Act mark="flag" onSelect={() => onStep('flag')} name={say('act.flag')} />}
        {(isMine || hasSay) && <Act danger icon="trash" onSelect={() => onStep('remove')} name={say('act.remove')} />}
      </div>
    </Dialog>
  )
}

const quoteOf = ({ text }: Message): string =>
  `${text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')}\n`

async function copyLink({ channel }: Conversation, { offset }: Message, say: ReturnType<typeof useSay>): Promise<void> {
  await navigator.clipboard?.writeText(`${location.origin}${paths.message(channel, offset)}`).catch(() => undefined)
  toast(say('act.copied'))
}

function EmojiRow({ onPick }: { onPick(emoji: string): void }) {
  const say = useSay()
  return (
    <div role="group" aria-label={say('act.react')} className="mb-2 flex flex-wrap gap-1">
      {quick.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={say('act.reactWith', { emoji })}
          onClick={() => onPick(emoji)}
          className="inline-flex size-11 items-center justify-center rounded-xl text-xl hover:bg-sunken"
        >
          {emoji}
        </button>
      ))}
    </div>
  )
}

interface ActProps {
  name: string
  icon?: IconName
  mark?: MarkName
  danger?: boolean
  onSelect(): void
}

function Act({ name, icon, mark, danger = false, onSelect }: ActProps) {
  return (
    <button
      type="button"
      onClick={onSelect}
      className={`flex min-h-11 items-center gap-3 rounded-xl px-2 text-left hover:bg-sunken ${danger ? 'text-bad' : ''}`}
    >
      {icon && <Icon name={icon} className="size-5 shrink-0" />}
      {mark && <Mark name={mark} className="size-5 shrink-0" />}
      {name}
    </button>
  )
}

function Remove({ message, conversation, onClose }: ActionsProps) {
  const say = useSay()
  const isMine = message.author.id === conversation.me
  return (
    <WithReason
      title={say('remove.title')}
      text={say('remove.text')}
      yes={say('act.remove')}
      asks={!isMine}
      send={(reason, key) =>
        conversation.signedIn.client.command(
          'discussion.remove',
          { message: message.id, ...(reason === '' ? {} : { reason }) },
          { key },
        )
      }
      onClose={onClose}
    />
  )
}

function Report({ message, conversation, onClose }: ActionsProps) {
  const say = useSay()
  return (
    <WithReason
      title={say('flag.title')}
      text={say('flag.text')}
      yes={say('flag.send')}
      asks
      send={async (reason, key) => {
        await conversation.signedIn.client.command('discussion.flag', { message: message.id, reason }, { key })
        toast(say('flag.sent'))
      }}
      onClose={onClose}
    />
  )
}

interface WithReasonProps {
  title: string
  text: string
  yes: string
  asks: boolean
  send(reason: string, key: string): Promise<unknown>
  onClose(): void
}

/** A step that takes a reason, where it isn't about one's own. */
export function WithReason({ title, text, yes, asks, send, onClose }: WithReasonProps): ReactNode {
  const say = useSay()
  const [key] = useState(newKey)
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await send(value('reason').trim(), key)
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <p>{text}</p>
        {asks && <TextArea label={say('reason')} name="reason" required maxLength={500} rows={2} />}
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" look="danger" busy={busy}>
          {yes}
        </Button>
      </form>
    </Dialog>
  )
}

function Clean({ message, conversation, onClose }: ActionsProps) {
  const say = useSay()
  const clean = async (): Promise<void> => {
    await conversation.signedIn.client.command('discussion.clean', { message: message.id })
  }
  return (
    <Confirm title={say('clean.title')} yes={say('clean.yes')} onYes={clean} onClose={onClose}>
      {say('clean.text')}
    </Confirm>
  )
}

function Versions({ message, conversation, hasSay, onClose, onClean }: ActionsProps & { onClean(): void }) {
  const { say, lang } = useWords()
  const { client } = conversation.signedIn
  const { id } = message
  const { value } = useQuery(useCallback(() => client.query('discussion.versions', { message: id }), [client, id]))
  const mayClean = hasSay || message.author.id === conversation.me
  return (
    <Dialog title={say('versions.title')} shape="sheet" onClose={onClose}>
      <ol className="flex flex-col gap-3">
        {value?.versions.map(({ text, at }) => (
          <li key={at}>
            <time dateTime={at} className="text-sm text-muted">
              {fullTimeOf(at, lang)}
            </time>
            <p className="wrap-anywhere whitespace-pre-wrap">{text}</p>
          </li>
        ))}
      </ol>
      {value?.versions.length === 0 && <p className="text-muted">{say('versions.none')}</p>}
      {mayClean && value && value.versions.length > 0 && (
        <Button look="outline" onClick={onClean} className="mt-4">
          {say('clean.yes')}
        </Button>
      )}
    </Dialog>
  )
}
