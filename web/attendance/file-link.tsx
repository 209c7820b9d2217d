import { Icon } from '../ui/icons'

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
