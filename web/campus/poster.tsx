/** An invitation for the wall: one page to print, or to leave on a screen. */
import { useCallback } from 'react'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { auth } from '../shell/session'
import { Sign } from '../shell/wordmark'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { QrCode } from '../ui/qr-code'
import { useQuery } from '../ui/use-query'
import { useTitle } from '../ui/use-title'
import { paths } from './paths'
import { useSay } from './words'

export default function PosterPage({ params: { token } }: PageProps<{ token: string }>) {
  const say = useSay()
  useTitle(say('invites.poster'))
  const { value, error } = useQuery(useCallback(() => auth.invitation(token), [token]))
  const href = new URL(paths.join(token), location.href).href
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 bg-white p-6 text-center text-black">
      <div className="flex flex-wrap justify-center gap-2 text-ink print:hidden">
        <Button onClick={() => print()}>{say('poster.print')}</Button>
        <Link
          href={paths.invites()}
          className="inline-flex min-h-11 items-center rounded-xl border border-line bg-surface px-4 font-medium"
        >
          {say('app.back')}
        </Link>
      </div>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value && (
        <>
          <Sign className="size-20" />
          <h1 className="text-4xl font-bold text-balance">{value.class ?? say('app.name')}</h1>
          <p className="text-xl">{say('join.as', { role: say(`role.${value.role}`) })}</p>
          <QrCode text={href} label={href} className="w-[min(80vw,28rem)]" />
          <p className="text-2xl font-semibold">{say('poster.text')}</p>
          <p>
            {say('poster.or')}
            <span className="block text-lg font-medium break-all">{href}</span>
          </p>
        </>
      )}
    </main>
  )
}
