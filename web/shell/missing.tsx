import { useEffect } from 'react'
import { Empty } from '../ui/empty'
import { useSay } from './words'
import { Link } from './router'
import { paths } from './paths'
import { useTitle } from '../ui/use-title'

export function MissingPage({ path }: { path: string }) {
  const say = useSay()
  useTitle(say('page.missing.title'))
  useEffect(() => {
    // Nobody should find this page by searching.
    const meta = document.createElement('meta')
    meta.name = 'robots'
    meta.content = 'noindex'
    document.head.append(meta)
    return () => meta.remove()
  }, [])
  return (
    <main className="flex h-full">
      <Empty icon="hash" title={say('page.missing.title')}>
        <p className="mb-4 break-words">{say('page.missing.text', { path: shorten(path) })}</p>
        <Link href={paths.today} className="inline-flex min-h-11 items-center font-medium text-accent underline">
          {say('page.missing.home')}
        </Link>
      </Empty>
    </main>
  )
}

const shorten = (path: string): string => (path.length > 80 ? `${path.slice(0, 80)}…` : path)
