import { Link } from '../shell/router'
import { Icon, type IconName } from '../ui/icons'

/** A link that looks like a button. */
export function Way({ href, icon, text, strong }: { href: string; icon: IconName; text: string; strong?: boolean }) {
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
