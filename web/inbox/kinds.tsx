import type { Client } from '../../client/client'
import { usualLevel, type Level, type Wishes } from '../../services/inbox/model'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { useWishes } from './use-wishes'
import { useSay } from './words'

/** The first words of notifications' kinds, as the services tell them. */
const groups = ['report', 'discussion', 'attendance', 'drops'] as const
const levels: readonly Level[] = ['push', 'bell', 'off']

/** For each kind: on the devices, only in the bell, or not at all. Kept as soon as it is chosen. */
export function Kinds({ client, wishes }: { client: Client; wishes: Wishes }) {
  const say = useSay()
  const { now, problem, wish } = useWishes(client, wishes)
  const options = levels.map((value) => ({ value, label: say(`level.${value}`) }))
  return (
    <section className="flex flex-col gap-4">
      <h2 className="text-lg font-semibold">{say('kinds.title')}</h2>
      {problem !== undefined && <Problem>{problem}</Problem>}
      <div className="grid gap-4 sm:grid-cols-2">
        {groups.map((group) => (
          <Select
            key={group}
            label={say(`kinds.${group}`)}
            hint={say(`kinds.${group}.text`)}
            options={options}
            value={now.levels[group] ?? usualLevel}
            onChange={(value) => wish({ levels: { [group]: value } })}
          />
        ))}
      </div>
    </section>
  )
}
