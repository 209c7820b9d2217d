import { limits } from '../../protocol/limits'
import { useStore } from '../ui/use-store'
import { useSay } from './words'
import type { Typing } from './typing'

/** Who is writing. Its place is always kept, so that nothing jumps. */
export function TypingLine({ typing }: { typing: Typing }) {
  const say = useSay()
  const writers = useStore(typing.writers)
  const [one, two] = writers
  let text = ''
  if (writers.length >= limits.speakers) text = say('typing.crowd')
  else if (writers.length > 2) text = say('typing.many', { n: writers.length })
  else if (one && two) text = say('typing.two', { one: one.name, two: two.name })
  else if (one) text = say('typing.one', { name: one.name })
  return (
    <p data-testid="typing" className="h-6 shrink-0 truncate px-4 text-sm text-muted">
      {text}
    </p>
  )
}
