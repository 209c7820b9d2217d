/** What is in force in a channel and what was done, for those with a say in it. */
import { useCallback } from 'react'
import type { Moderation } from '../../client/methods/discussion'
import { Button } from '../ui/button'
import { Select, TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { fullTimeOf } from '../ui/times'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import type { SheetProps } from './sheet'
import { useSay, useWords } from './words'

export function ModerationPart(props: SheetProps) {
  const say = useSay()
  const { client } = props.conversation.signedIn
  const { id } = props.channel
  const { value, refresh } = useQuery(
    useCallback(() => client.query('discussion.moderation', { channel: id }), [client, id]),
  )
  return (
    <details>
      <summary className="min-h-11 cursor-pointer font-semibold">{say('sheet.mod')}</summary>
      {value && (
        <div className="flex flex-col gap-5 pt-2">
          <Slow {...props} value={value} onChanged={refresh} />
          <Rules {...props} value={value} />
          <Sanctions {...props} value={value} onChanged={refresh} />
          <Acts value={value} />
        </div>
      )}
    </details>
  )
}

type PartProps = SheetProps & { value: Moderation; onChanged(): void }

const pauses = ['0', '5', '10', '30', '60', '300', '900', '3600', '21600'] as const

function Slow({ channel, conversation, directory, value, onChanged }: PartProps) {
  const say = useSay()
  const named = (seconds: number): string => {
    if (seconds === 0) return say('mod.slow.off')
    return seconds < 60 ? say('mod.slow.s', { n: seconds }) : say('mod.slow.m', { n: seconds / 60 })
  }
  const change = (seconds: string): void => {
    conversation.signedIn.client
      .command('discussion.slow', { channel: channel.id, seconds: Number(seconds) })
      .then(() => (onChanged(), directory.refresh()))
      .catch(() => undefined)
  }
  return (
    <Select
      label={say('mod.slow')}
      value={String(value.slowSeconds)}
      options={[...new Set([...pauses, String(value.slowSeconds)])].map((one) => ({
        value: one,
        label: named(Number(one)),
      }))}
      onChange={change}
    />
  )
}

const linesOf = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean)

function Rules({ channel, conversation, value: { rules } }: SheetProps & { value: Moderation }) {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const refused = linesOf(value('refuse')).map((words) => ({ words, action: 'refuse' as const }))
    const looked = linesOf(value('flag')).map((words) => ({ words, action: 'flag' as const }))
    await conversation.signedIn.client.command('discussion.rules', {
      channel: channel.id,
      rules: [...refused, ...looked],
    })
    toast(say('sheet.saved'))
  })
  const said = (wanted: string): string =>
    rules
      .filter(({ action }) => action === wanted)
      .map(({ words }) => words)
      .join('\n')
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3">
      <TextArea
        label={say('mod.refuse')}
        hint={say('mod.words.hint')}
        name="refuse"
        rows={3}
        defaultValue={said('refuse')}
      />
      <TextArea label={say('mod.flag')} name="flag" rows={2} defaultValue={said('flag')} />
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" look="outline" busy={busy}>
        {say('sheet.save')}
      </Button>
    </form>
  )
}

function Sanctions({ channel, conversation, value: { sanctions }, onChanged }: PartProps) {
  const { say, lang } = useWords()
  const pardon = (user: string): void => {
    conversation.signedIn.client
      .command('discussion.pardon', { channel: channel.id, user })
      .then(onChanged)
      .catch(() => undefined)
  }
  return (
    <section>
      <h4 className="font-medium">{say('mod.sanctions')}</h4>
      {sanctions.length === 0 && <p className="text-sm text-muted">{say('mod.none')}</p>}
      <ul>
        {sanctions.map(({ user, kind, until, reason }) => (
          <li key={`${user.id} ${kind}`} className="flex items-center gap-2 py-1">
            <p className="min-w-0 flex-1">
              <span className="font-medium">{user.name}</span> {say(`mod.${kind}`)}{' '}
              {until && say('mod.until', { time: fullTimeOf(until, lang) })}
              <span className="block text-sm text-muted">{reason}</span>
            </p>
            <Button look="outline" onClick={() => pardon(user.id)}>
              {say('mod.pardon')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const known = ['removed', 'cleaned', 'kept', 'timeout', 'ban', 'pardoned', 'slowed', 'ruled'] as const

function Acts({ value: { acts } }: { value: Moderation }) {
  const { say, lang } = useWords()
  return (
    <section>
      <h4 className="font-medium">{say('mod.acts')}</h4>
      {acts.length === 0 && <p className="text-sm text-muted">{say('mod.none')}</p>}
      <ul className="text-sm">
        {acts.map(({ at, actor, action, reason }) => {
          const named = known.find((one) => one === action)
          return (
            <li key={at} className="py-1">
              <span className="font-medium">{actor.name}</span> {named ? say(`mod.act.${named}`) : action}
              <span className="block text-muted">
                {fullTimeOf(at, lang)} {reason}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
