/** How to trust the local certificate authority, device by device. Needs no sign-in. */
import { LanguageChoice } from '../shell/preferences'
import { Link } from '../shell/router'
import { paths } from '../shell/paths'
import { useTitle } from '../ui/use-title'
import { Icon } from '../ui/icons'
import { useSay } from './words'

const systems = ['android', 'ios', 'windows', 'macos', 'linux'] as const
type System = (typeof systems)[number]
const steps = [1, 2, 3] as const

export default function TrustPage() {
  const say = useSay()
  useTitle(say('trust.title'))
  const likely = thisSystem()
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-8">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link href={paths.today} className="inline-flex min-h-11 items-center gap-1 font-medium text-accent">
          <Icon name="back" />
          {say('trust.back')}
        </Link>
        <LanguageChoice />
      </div>
      <h1 className="text-2xl font-bold text-balance">{say('trust.title')}</h1>
      <p>{say('trust.intro')}</p>
      <p className="rounded-xl bg-warn-soft px-4 py-3">{say('trust.warning')}</p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <a
          href="/ca.crt"
          download="ca.crt"
          className="inline-flex min-h-12 items-center gap-2 rounded-xl bg-accent px-5 font-medium text-on-accent hover:bg-accent-strong"
        >
          <Icon name="download" />
          {say('trust.download')}
        </a>
        <span className="text-sm text-muted">{say('trust.file')}</span>
      </div>
      <div className="flex flex-col gap-2">
        {systems.map((system) => (
          <Steps key={system} system={system} open={system === likely} />
        ))}
      </div>
      <p className="font-medium">{say('trust.after')}</p>
      <p className="text-sm text-muted">{say('trust.undo')}</p>
    </main>
  )
}

function Steps({ system, open }: { system: System; open: boolean }) {
  const say = useSay()
  return (
    <details open={open} className="rounded-2xl border border-line bg-surface px-5">
      <summary className="flex min-h-12 items-center font-semibold">{say(`trust.${system}`)}</summary>
      <ol className="mb-5 list-decimal space-y-2 pl-5">
        {steps.map((step) => (
          <li key={step} className="break-words">
            {say(`trust.${system}.${step}`)}
          </li>
        ))}
      </ol>
    </details>
  )
}

/** A guess that only decides what is unfolded first. */
function thisSystem(): System {
  const agent = navigator.userAgent
  if (/android/i.test(agent)) return 'android'
  if (/iphone|ipad/i.test(agent)) return 'ios'
  if (/windows/i.test(agent)) return 'windows'
  return /mac os/i.test(agent) ? 'macos' : 'linux'
}
