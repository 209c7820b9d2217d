import type { Claim } from '../../services/drops/model'
import { Icon } from '../ui/icons'
import { QrCode } from '../ui/qr-code'
import { fullTimeOf } from '../ui/times'
import { spoken } from './claims'
import { useWords } from './words'

/** What was sold, with the code that is shown at pickup. */
export function Receipt({ claim }: { claim: Claim }) {
  const { say, lang } = useWords()
  const { code, quantity, redeemedAt, title } = claim
  return (
    <section
      data-testid="receipt"
      className="flex flex-col items-center gap-4 rounded-2xl border border-line bg-surface p-5 text-center"
    >
      <div className="flex items-center gap-2 text-ok">
        <Icon name="tick" className="size-6" />
        <h2 className="text-xl font-semibold">{say(redeemedAt ? 'claim.redeemed' : 'claim.sold')}</h2>
      </div>
      <p>
        {title && <span className="block font-medium text-balance">{title}</span>}
        <span className="text-muted">{say('claim.units', { n: quantity })}</span>
      </p>
      {redeemedAt && <p className="text-muted">{say('claim.redeemedAt', { at: fullTimeOf(redeemedAt, lang) })}</p>}
      {code && !redeemedAt && (
        <>
          <QrCode text={code} label={`${say('claim.code')}: ${spoken(code)}`} className="w-56" />
          <p data-testid="code" className="font-mono text-2xl font-semibold tracking-wider">
            {spoken(code)}
          </p>
          <p className="text-muted">{say('claim.show')}</p>
        </>
      )}
    </section>
  )
}
