import { useState } from 'react'
import { IconButton } from '../ui/button'
import { Icon } from '../ui/icons'
import { useSay } from './words'
import { recall, remember } from './device'
import { Link } from './router'
import { paths } from './paths'

/** What is off until HTTPS, and the way there. Only where it is true. */
export function InsecureNote() {
  const say = useSay()
  const [hidden, setHidden] = useState(() => window.isSecureContext || recall('insecure-note') === 'hidden')
  if (hidden) return null
  const hide = (): void => {
    remember('insecure-note', 'hidden')
    setHidden(true)
  }
  return (
    <aside className="flex items-start gap-1 rounded-xl bg-warn-soft py-1 pl-3.5 text-sm">
      <div className="min-w-0 flex-1 py-2">
        <p className="flex items-center gap-2 font-medium text-warn">
          <Icon name="shield" className="size-4 shrink-0" />
          {say('secure.title')}
        </p>
        <p className="mt-1">
          {say('secure.text')}{' '}
          <Link href={paths.trust} className="inline-block py-0.5 font-medium text-accent underline">
            {say('secure.link')}
          </Link>
        </p>
      </div>
      <IconButton label={say('secure.dismiss')} onClick={hide}>
        <Icon name="close" className="size-4" />
      </IconButton>
    </aside>
  )
}
