import { Icon, type IconName } from '../ui/icons'
import { Link } from './router'

/** A way to another page that looks like a button. */
export function WayLink({ href, icon, text, strong = false }: Way) {
  const look = strong
    ? 'bg-accent text-on-accent hover:bg-accent-strong'
    : 'border border-line bg-surface hover:bg-sunken'
  return (
    <Link href={href} className={`inline-flex min-h-11 items-center gap-2 rounded-xl px-4 font-medium ${look}`}>
      <Icon name={icon} />
      {text}
    </Link>
  )
}

interface Way {
  href: string
  icon: IconName
  text: string
  strong?: boolean
}
