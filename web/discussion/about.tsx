import { IconButton } from '../ui/button'
import { Icon } from '../ui/icons'
import { excerptOf } from './answered'
import type { Composing } from './conversation'
import { useSay } from './words'

/** What the next words answer or replace. */
export function About({ composing: { replyTo, editing }, onCancel }: { composing: Composing; onCancel(): void }) {
  const say = useSay()
  const message = editing ?? replyTo
  if (!message) return null
  return (
    <div className="flex items-center gap-2 border-b border-line pr-1 pl-3.5 text-sm">
      <p className="min-w-0 flex-1 truncate">
        <span className="font-medium">
          {editing ? say('write.editing') : say('write.replying', { name: message.author.name })}
        </span>{' '}
        <span className="text-muted" dir="auto">
          {excerptOf(message, say)}
        </span>
      </p>
      <IconButton label={say('app.cancel')} onClick={onCancel}>
        <Icon name="close" className="size-4" />
      </IconButton>
    </div>
  )
}
