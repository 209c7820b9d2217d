import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { toast } from '../ui/toast'
import { useSubmit } from '../ui/use-submit'
import type { SheetProps } from './sheet'
import { useSay } from './words'

/** What a channel is called, where it stands, what it is about; and putting it away. For its owners. */
export function Settings({ channel, conversation, directory }: SheetProps) {
  const say = useSay()
  const { client } = conversation.signedIn
  const { id, name, category = '', about = '', archived = false } = channel
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const changes = { name: value('name').trim(), category: value('category').trim(), about: value('about').trim() }
    await client.command('discussion.change', { channel: id, ...changes })
    await directory.refresh()
    toast(say('sheet.saved'))
  })
  const archive = (): void => {
    client
      .command('discussion.change', { channel: id, archived: !archived })
      .then(() => directory.refresh())
      .catch(() => undefined)
  }
  return (
    <details>
      <summary className="min-h-11 cursor-pointer font-semibold">{say('sheet.settings')}</summary>
      <form onSubmit={onSubmit} className="flex flex-col gap-4 pt-2">
        <Field label={say('create.name')} name="name" required maxLength={80} defaultValue={name} />
        <Field label={say('create.category')} name="category" maxLength={40} defaultValue={category} />
        <TextArea label={say('create.about')} name="about" maxLength={500} rows={2} defaultValue={about} />
        {problem && <Problem>{problem}</Problem>}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={busy}>
            {say('sheet.save')}
          </Button>
          <Button look="outline" onClick={archive}>
            {say(archived ? 'sheet.unarchive' : 'sheet.archive')}
          </Button>
        </div>
      </form>
    </details>
  )
}
