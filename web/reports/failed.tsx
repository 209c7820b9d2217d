import { explain } from '../ui/explain'
import { FailedPage } from '../ui/failed'
import { useSay } from './words'

export function Failed({ error }: { error: unknown }) {
  const say = useSay()
  return <FailedPage title={say('failed.title')} text={explain(error, say)} />
}
