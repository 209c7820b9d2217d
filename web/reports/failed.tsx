import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { useSay } from './words'

export function Failed({ error }: { error: unknown }) {
  const say = useSay()
  return (
    <div role="alert" className="flex min-h-full">
      <Empty icon="alert" title={say('failed.title')}>
        {explain(error, say)}
      </Empty>
    </div>
  )
}
