/** Links by which people come in: made here, shown as a code, ended when they have done their work. */
import { useCallback } from 'react'
import type { Client } from '../../client/client'
import type { ClassRow, InviteRow } from '../../client/methods/people'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { QrCode } from '../ui/qr-code'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { card, LinkToCopy, Tag, useAct, useMe } from './parts'
import { paths } from './paths'
import { inviteRoles, type Role } from './roles'
import { useSay, useWords } from './words'

const days = ['1', '7', '14', '30', '180'] as const

export default function InvitesPage({ signedIn, query }: PageProps) {
  const say = useSay()
  const { client } = signedIn
  const isAdmin = useMe(signedIn)?.role === 'admin'
  const invites = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.invites', {}, { signal }), [client]),
  )
  const classes = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.classes', {}, { signal }), [client]),
  )
  const rows = invites.value?.invites
  return (
    <PageBody title={say('invites.title')}>
      {classes.value && (
        <NewInvite
          client={client}
          isAdmin={isAdmin}
          classes={classes.value.classes.filter(({ role }) => role !== 'student')}
          chosen={query.get('class') ?? undefined}
          onMade={invites.refresh}
        />
      )}
      {invites.error !== undefined && <Problem>{explain(invites.error, say)}</Problem>}
      {rows?.length === 0 && (
        <Empty icon="people" title={say('invites.none')}>
          {say('invites.none.text')}
        </Empty>
      )}
      <ul className="flex flex-col gap-4">
        {rows?.map((invite) => (
          <li key={invite.id}>
            <Invite client={client} invite={invite} onChange={invites.refresh} />
          </li>
        ))}
      </ul>
    </PageBody>
  )
}

interface NewInviteProps {
  client: Client
  isAdmin: boolean
  classes: readonly ClassRow[]
  chosen: string | undefined
  onMade(): void
}

function NewInvite({ client, isAdmin, classes, chosen, onMade }: NewInviteProps) {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await client.command('people.invite', {
      role: (value('role') || 'student') as Role,
      hours: Number(value('days')) * 24,
      ...(value('class') ? { class: value('class') } : {}),
      ...(value('uses') ? { uses: Number(value('uses')) } : {}),
    })
    onMade()
  })
  const none = { value: '', label: say('invites.class.none') }
  return (
    <form onSubmit={onSubmit} aria-label={say('invites.new')} className={card}>
      <h2 className="text-lg font-semibold">{say('invites.new')}</h2>
      <div className="grid gap-4 md:grid-cols-2">
        {isAdmin && (
          <Select
            label={say('invites.as')}
            name="role"
            options={inviteRoles.map((value) => ({ value, label: say(`role.${value}`) }))}
          />
        )}
        <Select
          label={say('invites.class')}
          name="class"
          defaultValue={chosen ?? ''}
          options={[...(isAdmin ? [none] : []), ...classes.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <Select
          label={say('invites.days')}
          name="days"
          defaultValue="14"
          options={days.map((value) => ({ value, label: say('invites.days.n', { n: Number(value) }) }))}
        />
        <Field
          label={say('invites.uses')}
          hint={say('invites.uses.hint')}
          name="uses"
          type="number"
          min={1}
          max={100000}
        />
      </div>
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy} className="self-start">
        {say('invites.make')}
      </Button>
    </form>
  )
}

function Invite({ client, invite, onChange }: { client: Client; invite: InviteRow; onChange(): void }) {
  const { say, lang } = useWords()
  const { token, role, open, used, uses, expiresAt } = invite
  const href = new URL(paths.join(token), location.href).href
  const title = [say(`role.${role}`), invite.class?.name].filter(Boolean).join(' · ')
  const { busy, problem, act } = useAct((error) => explain(error, say))
  const end = (): void =>
    act(async () => {
      await client.command('people.uninvite', { invite: invite.id })
      onChange()
    })
  const until = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(expiresAt))
  return (
    <article aria-label={title} className={`${card} ${open ? '' : 'opacity-70'}`}>
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">{title}</h3>
        <Tag bad={!open}>{open ? say('invites.open', { time: until }) : say('invites.over')}</Tag>
        <span className="text-sm text-muted">
          {say('invites.used', { n: used })}
          {uses !== undefined && ` / ${uses}`}
        </span>
      </div>
      {open && (
        <div className="flex flex-col gap-4 md:flex-row">
          <QrCode text={href} label={title} className="w-40" />
          <div className="flex min-w-0 flex-1 flex-col gap-3">
            <LinkToCopy href={href} label={title} />
            <p className="text-sm text-muted">{say('invites.secret')}</p>
            <div className="flex flex-wrap gap-2">
              <Link
                href={paths.poster(token)}
                className="inline-flex min-h-11 items-center rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken"
              >
                {say('invites.poster')}
              </Link>
              <Button look="outline" busy={busy} onClick={end}>
                {say('invites.end')}
              </Button>
            </div>
          </div>
        </div>
      )}
      {problem && <Problem>{problem}</Problem>}
    </article>
  )
}
