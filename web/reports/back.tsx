import { Link } from '../shell/router'
import { Icon } from '../ui/icons'

/** The way back of a page that fills a phone's screen. */
export function Back({ href, label }: { href: string; label: string }) {
  return (
    <Link
      href={href}
      aria-label={label}
      className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon name="back" />
    </Link>
  )
}
