import { Empty } from '../ui/empty'
import { PageBody } from '../ui/page-body'
import { useSay } from './words'

export default function Page() {
  const say = useSay()
  return (
    <PageBody title={say('title')}>
      <Empty icon="wrench" title={say('empty.title')}>
        {say('empty.text')}
      </Empty>
    </PageBody>
  )
}
