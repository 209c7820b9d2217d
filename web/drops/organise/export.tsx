import type { Drop } from '../../../services/drops/model'
import { Icon } from '../../ui/icons'
import { paths } from '../paths'
import { useSay } from './words'

/** Every claim as a table to take away. */
export function Export({ drop }: { drop: Drop }) {
  const say = useSay()
  return (
    <section className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{say('desk.export')}</h2>
      <div className="mt-auto flex flex-wrap gap-2">
        {(['csv', 'xlsx'] as const).map((format) => (
          <a
            key={format}
            href={paths.sheet(drop.id, format)}
            download
            className="inline-flex min-h-11 items-center gap-2 rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken"
          >
            <Icon name="download" />
            {say(`desk.export.${format}`)}
          </a>
        ))}
      </div>
    </section>
  )
}
