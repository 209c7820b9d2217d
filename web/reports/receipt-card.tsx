import { Button } from '../ui/button'
import { toast } from '../ui/toast'
import { paths } from './paths'
import { useSay } from './words'

export function Receipt({ secret }: { secret: string }) {
  const say = useSay()
  const url = `${location.origin}${paths.receipt(secret)}`
  return (
    <section className="flex flex-col gap-2 rounded-2xl border border-line bg-surface p-4">
      <h2 className="font-semibold">{say('report.receipt')}</h2>
      <p className="text-sm text-muted">{say('report.receipt.hint')}</p>
      <p className="rounded-xl bg-sunken px-3 py-2 text-sm break-all select-all">{url}</p>
      <Button
        look="outline"
        className="self-start"
        onClick={() => void navigator.clipboard?.writeText(url).then(() => toast(say('report.copied')))}
      >
        {say('report.copy')}
      </Button>
    </section>
  )
}
