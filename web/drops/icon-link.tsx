import { Link } from '../shell/router'
import { Icon, type IconName } from '../ui/icons'

/** A way somewhere that shows a picture only; `label` says where. */
export function IconLink({ href, icon, label }: { href: string; icon: IconName; label: string }) {
  return (
    <Link
      href={href}
      aria-label={label}
      title={label}
      className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-white/10"
    >
      <Icon name={icon} />
    </Link>
  )
}
