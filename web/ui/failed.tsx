import { Empty } from './empty'

/** A page that can't be shown: all of it says so, aloud. */
export function FailedPage({ title, text }: { title: string; text: string }) {
  return (
    <div role="alert" className="flex min-h-full">
      <Empty icon="alert" title={title}>
        {text}
      </Empty>
    </div>
  )
}
