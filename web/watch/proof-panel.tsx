import { useState } from 'react'
import type { Client } from '../../client/client'
import { isProving, scenarios, type Proof, type Scenario } from '../../services/watch/model'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { useStore } from '../ui/use-store'
import type { Latest } from './latest'
import { useSay } from './words'

interface ProofProps {
  proofs: Latest<Proof>
  client: Client
}

/** What `alun prove` does on the command line: a scenario with faults, and a verdict for each promise. */
export function ProofPanel({ proofs, client }: ProofProps) {
  const say = useSay()
  const proof = useStore(proofs.store)
  const [scenario, setScenario] = useState<Scenario>('balance')
  const [problem, setProblem] = useState<string>()
  const start = (): void => {
    setProblem(undefined)
    client.command('watch.prove', { scenario }).catch((error: unknown) => setProblem(explain(error, say)))
  }
  return (
    <section
      ref={comeTo}
      aria-label={say('proof.title')}
      className="flex scroll-mt-4 flex-col gap-3 rounded-2xl border border-line bg-surface p-4 lg:col-span-2"
    >
      <h2 className="text-lg font-semibold">{say('proof.title')}</h2>
      <p className="text-muted">{say('proof.text')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <Select
          label={say('proof.scenario')}
          value={scenario}
          options={scenarios.map((value) => ({ value, label: say(`proof.of.${value}`) }))}
          onChange={setScenario}
        />
        <Button busy={proof !== undefined && isProving(proof)} onClick={start}>
          {say('proof.start')}
        </Button>
      </div>
      {proof && <Verdicts proof={proof} />}
    </section>
  )
}

/** Whoever came for the proof is shown it. */
function comeTo(panel: HTMLElement | null): void {
  if (location.hash === '#proof') panel?.scrollIntoView()
}

const colours = { held: 'text-ok', broken: 'text-bad', untried: 'text-muted' } as const

function Verdicts({ proof }: { proof: Proof }) {
  const say = useSay()
  return (
    <>
      <p role="status" className="text-sm font-medium">
        {say(`proof.${proof.stage}`, { scenario: say(`proof.of.${proof.scenario}`) })}
      </p>
      {isProving(proof) && proof.line && <p className="font-mono text-sm break-words text-muted">{proof.line}</p>}
      {proof.promises.length > 0 && (
        <ul className="grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
          {proof.promises.map(({ promise, verdict, looked }) => (
            <li key={promise} className="flex gap-2">
              <span className="w-10 shrink-0 font-semibold">{promise}</span>
              <span className={colours[verdict]}>{say(`proof.verdict.${verdict}`, { looked })}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
