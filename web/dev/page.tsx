/** Every component in its states. Shown where the app is developed or demonstrated only. */
import type { ReactNode } from 'react'
import { MissingPage } from '../shell/missing'
import type { OpenPageProps } from '../shell/page'
import { Preferences } from '../shell/preferences'
import { PageBody } from '../ui/page-body'
import { ButtonsShown, FieldsShown } from './forms'
import { ListsShown } from './lists'
import { OverlaysShown } from './overlays'
import { PlacesShown } from './places'
import { useSay } from './words'

export default function ComponentsPage({ signedIn }: OpenPageProps) {
  const say = useSay()
  const isDemo = signedIn?.client.connection.status.get().server?.demo === true
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
  if (!isDemo && !isLocal) return <MissingPage path={location.pathname} />
  return (
    <main>
      <PageBody title={say('title')}>
        <p>{say('intro')}</p>
        <Preferences />
        <Shown title={say('buttons')}>
          <ButtonsShown />
        </Shown>
        <Shown title={say('fields')}>
          <FieldsShown />
        </Shown>
        <Shown title={say('overlays')}>
          <OverlaysShown />
        </Shown>
        <Shown title={say('lists')}>
          <ListsShown />
        </Shown>
        <Shown title={say('place')}>
          <PlacesShown />
        </Shown>
      </PageBody>
    </main>
  )
}

function Shown({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 border-t border-line pt-4">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  )
}
