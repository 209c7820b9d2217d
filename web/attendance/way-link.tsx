import { Link } from '../shell/router'
import { Icon, type IconName } from '../ui/icons'

/** A way to another page that looks like a button. */
export function WayLink({ href, icon, text, strong }: { href: string; icon: IconName; text: string; strong?: true }) {
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

/** A file to take away: the browser's own business. */
export function FileLink({ href, text }: { href: string; text: string }) {
  return (
    <a
      href={href}
      download
      className="inline-flex min-h-11 items-center gap-2 rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken"
    >
      <Icon name="download" />
      {text}
    </a>
  )
}
