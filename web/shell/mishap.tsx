import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { useSay } from './words'

/** A fault of ours on this page: said in words, with a way out, instead of an empty screen. */
export class Mishap extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? <Sorry /> : this.props.children
  }
}

function Sorry() {
  const say = useSay()
  return (
    <main className="flex h-full">
      <Empty icon="alert" title={say('app.name')}>
        <p className="mb-4">{say('error.page')}</p>
        <Button onClick={() => location.reload()}>{say('app.reload')}</Button>
      </Empty>
    </main>
  )
}
