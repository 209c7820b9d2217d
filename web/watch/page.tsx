/** The cluster as it lives: what each node does, and, in a demonstration, what it does when something breaks. */
import { useCallback } from 'react'
import type { PageProps } from '../shell/page'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Breakages } from './breakages'
import { Charts } from './charts'
import { NodeTable } from './node-table'
import { Latest } from './latest'
import { Probe } from './probe'
import { ProbePanel } from './probe-panel'
import { ProofPanel } from './proof-panel'
import { SalePanel } from './sale-panel'
import { Watch } from './watch'
import { useSay } from './words'

export default function ClusterPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const watch = useResource(useCallback(() => new Watch(client), [client]))
  const probe = useResource(useCallback(() => new Probe(client), [client]))
  const { server } = useStore(client.connection.status)
  return (
    <PageBody title={say('title')} width="wide">
      <p className="max-w-prose text-muted">{say('intro')}</p>
      {watch && <Nodes watch={watch} here={server?.node} isDemo={server?.demo === true} signedIn={client} />}
      <div className="grid gap-4 lg:grid-cols-2">
        {probe && <ProbePanel probe={probe} />}
        {probe && server?.demo && <Breakages probe={probe} client={client} />}
        {server?.demo && <Sales client={client} />}
        <Proofs client={client} />
      </div>
      {watch && <Charts watch={watch} />}
    </PageBody>
  )
}

function Sales({ client }: { client: PageProps['signedIn']['client'] }) {
  const sales = useResource(
    useCallback(() => new Latest(client, 'sale', async () => (await client.query('watch.sale', {})).sale), [client]),
  )
  return sales && <SalePanel sales={sales} client={client} />
}

function Proofs({ client }: { client: PageProps['signedIn']['client'] }) {
  const proofs = useResource(
    useCallback(() => new Latest(client, 'proof', async () => (await client.query('watch.proof', {})).proof), [client]),
  )
  return proofs && <ProofPanel proofs={proofs} client={client} />
}

interface NodesProps {
  watch: Watch
  here: string | undefined
  isDemo: boolean
  signedIn: PageProps['signedIn']['client']
}

function Nodes({ watch, here, isDemo, signedIn }: NodesProps) {
  const say = useSay()
  const { rows, leader, error } = useStore(watch.store)
  return (
    <>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {rows ? (
        <NodeTable rows={rows} leader={leader} here={here} {...(isDemo ? { client: signedIn } : {})} />
      ) : (
        error === undefined && <Skeleton label={say('loading')} lines={['w-full', 'w-2/3', 'w-3/4']} />
      )}
    </>
  )
}
