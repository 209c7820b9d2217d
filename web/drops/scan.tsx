/** Pickup: scan a code or type it. The second scan of a code says when and where the first was. */
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Redeemed } from '../../services/drops/model'
import type { Client } from '../../client/client'
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
  const [answer, setAnswer] = useState<Redeemed>()
  return (
    <PageBody title={say('scan.title')}>
      <p className="text-muted">{say('scan.text')}</p>
      {answer ? (
        <Answer answer={answer} onNext={() => setAnswer(undefined)} />
      ) : (
        <Asking client={signedIn.client} onAnswer={setAnswer} />
      )}
    </PageBody>
  )
}

/** The camera, or the keys. */
function Asking({ client, onAnswer }: { client: Client; onAnswer(answer: Redeemed): void }) {
  const say = useSay()
  const form = useRef<HTMLFormElement>(null)
  const [code, setCode] = useState('')
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    const place = read('place').trim()
    remember('pickup', place || undefined)
    onAnswer(await client.command('drops.redeem', { code: read('code'), ...(place ? { place } : {}) }))
  })
  const found = (text: string): void => {
    // The field has the text when it is sent.
    flushSync(() => setCode(text))
    form.current?.requestSubmit()
  }
  return (
    <>
      <QrScanner onFound={found} />
      <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field
          label={say('scan.code')}
          hint={say('scan.code.hint')}
          {...{ name: 'code', required: true, value: code, onChange: (event) => setCode(event.target.value) }}
          {...{ autoComplete: 'off', autoCapitalize: 'characters', spellCheck: false }}
          className="font-mono text-lg tracking-wider"
        />
        <Field label={say('scan.place')} name="place" maxLength={120} defaultValue={recall('pickup')} />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('scan.check')}
        </Button>
      </form>
    </>
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
