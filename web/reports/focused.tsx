import type { ReactNode } from 'react'
import { useTitle } from '../ui/use-title'
import { Back } from './back'
import { useSay } from './words'

/** A page that fills a phone's screen: the way back stands before its heading. */
export function Focused({ title, back, children }: { title: string; back: string; children: ReactNode }) {
  const say = useSay()
  useTitle(title)
  return (
    <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col gap-5 px-4 py-3 md:px-6">
      <div className="-ml-3 flex items-start gap-1">
        <Back href={back} label={say('app.back')} />
        <h1 className="min-w-0 py-1.5 text-2xl font-bold text-balance break-words">{title}</h1>
      </div>
      {children}
    </div>
  )
}
