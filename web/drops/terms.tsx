import type { Drop } from '../../services/drops/model'
import { useSay } from './words'

/** The rules as they were announced. They never change. */
export function Terms({ drop }: { drop: Drop }) {
  const say = useSay()
  const { perPerson, holdSeconds, mode, waitlist, first } = drop
  const terms = [
    say('launch.limit', { n: perPerson }),
    holdSeconds > 0 ? say('launch.hold', { n: Math.max(1, Math.round(holdSeconds / 60)) }) : say('launch.instant'),
    ...(mode === 'lobby' ? [say('launch.lobby')] : []),
    ...(waitlist === false ? [] : [say('launch.waitlist')]),
    ...(first ? [say('launch.first', { name: first.name, n: first.people })] : []),
  ]
  return (
    <ul className="flex flex-wrap justify-center gap-2 text-sm">
      {terms.map((term) => (
        <li key={term} className="rounded-full bg-white/10 px-3 py-1 text-white/90">
          {term}
        </li>
      ))}
    </ul>
  )
}
