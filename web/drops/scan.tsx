/** Pickup: scan a code or type it. The second scan of a code says when and where the first was. */
import { useRef, useState } from 'react'
import type { Redeemed } from '../../services/drops/model'
import { newKey } from '../../client/key'
import type { PageProps } from '../shell/page'
import { recall, remember } from '../shell/device'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { QrScanner } from '../ui/qr-scanner'
import { fullTimeOf } from '../ui/times'
import { useSubmit } from '../ui/use-submit'
import { useSay, useWords } from './words'

export default function ScanPage({ signedIn }: PageProps) {
  const say = useSay()
  const form = useRef<HTMLFormElement>(null)
  const [code, setCode] = useState('')
  const [answer, setAnswer] = useState<Redeemed>()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const place = value('place').trim()
    remember('pickup', place || undefined)
    const input = { code: value('code'), ...(place ? { place } : {}) }
    setAnswer(await signedIn.client.command('drops.redeem', input, { key: newKey() }))
  })
  const found = (text: string): void => {
    setCode(text)
    // The field has the text once this render is done.
    setTimeout(() => form.current?.requestSubmit())
  }
  const next = (): void => {
    setAnswer(undefined)
    setCode('')
  }
  return (
    <PageBody title={say('scan.title')}>
      <p className="text-muted">{say('scan.text')}</p>
      {answer ? (
        <Answer answer={answer} onNext={next} />
      ) : (
        <>
          <QrScanner onFound={found} />
          <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4">
            <Field
              label={say('scan.code')}
              hint={say('scan.code.hint')}
              name="code"
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              className="font-mono text-lg tracking-wider"
            />
            <Field label={say('scan.place')} name="place" maxLength={120} defaultValue={recall('pickup')} />
            {problem && <Problem>{problem}</Problem>}
            <Button type="submit" busy={busy}>
              {say('scan.check')}
            </Button>
          </form>
        </>
      )}
    </PageBody>
  )
}

function Answer({ answer, onNext }: { answer: Redeemed; onNext(): void }) {
  const { say, lang } = useWords()
  const { verdict, title, quantity, at, place } = answer
  const good = verdict === 'redeemed'
  return (
    <section
      role="status"
      data-testid={verdict}
      className={`flex flex-col items-center gap-3 rounded-2xl p-6 text-center ${good ? 'bg-accent-soft' : 'bg-bad-soft text-bad'}`}
    >
      <Icon name={good ? 'tick' : 'alert'} className="size-14" />
      <h2 className="text-2xl font-bold">{say(`scan.${verdict}`)}</h2>
      <p className="text-lg">
        {title} · {say('claim.units', { n: quantity })}
      </p>
      {!good && (
        <p className="font-medium">
          {say('scan.first', { at: fullTimeOf(at, lang) })}
          {place && ` ${say('scan.at', { place })}`}
        </p>
      )}
      <Button look="outline" onClick={onNext}>
        {say('scan.next')}
      </Button>
    </section>
  )
}
