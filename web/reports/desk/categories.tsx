/** What reports can be about, as admins keep it. */
import { useCallback, useState } from 'react'
import type { Client } from '../../../client/client'
import { priorities, type Category, type Priority } from '../../../services/reports/model'
import type { PageProps } from '../../shell/page'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { Checkbox, Select, TextArea } from '../../ui/inputs'
import { Problem } from '../../ui/notice'
import { PageBody } from '../../ui/page-body'
import { Skeleton } from '../../ui/spinner'
import { useQuery } from '../../ui/use-query'
import { useSubmit } from '../../ui/use-submit'
import { Failed } from '../failed'
import { BadLine, questionsOf, templatesOf, writtenQuestions, writtenTemplates } from './category-lines'
import { useSay, useWords } from './words'

export default function CategoriesPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error, refresh } = useQuery(
    useCallback((signal) => client.query('reports.categories', {}, { signal }), [client]),
  )
  const [editing, setEditing] = useState<Category | 'new'>()
  if (!value) return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-full', 'w-3/4']} />
  return (
    <PageBody
      title={say('categories.title')}
      actions={<Button onClick={() => setEditing('new')}>{say('categories.add')}</Button>}
    >
      <List categories={value.categories} onEdit={setEditing} />
      {editing && (
        <Edit
          client={client}
          category={editing === 'new' ? undefined : editing}
          onDone={refresh}
          onClose={() => setEditing(undefined)}
        />
      )}
    </PageBody>
  )
}

function List({ categories, onEdit }: { categories: readonly Category[]; onEdit(category: Category): void }) {
  const { say, lang } = useWords()
  return (
    <ul className="flex flex-col gap-2">
      {categories.map((category) => (
        <li key={category.id}>
          <button
            type="button"
            onClick={() => onEdit(category)}
            className="flex min-h-12 w-full flex-wrap items-baseline gap-x-3 rounded-xl border border-line bg-surface px-4 py-2.5 text-left hover:bg-sunken"
          >
            <span className={`font-medium ${category.archived ? 'text-muted line-through' : ''}`}>
              {category.name[lang]}
            </span>
            <span className="text-sm text-muted">
              {category.team} · {say(`priority.${category.priority}`)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

interface EditProps {
  client: Client
  category: Category | undefined
  onDone(): void
  onClose(): void
}

function Edit({ client, category, onDone, onClose }: EditProps) {
  const say = useSay()
  const [priority, setPriority] = useState<Priority>(category?.priority ?? 'normal')
  const [bad, setBad] = useState<number>()
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    setBad(undefined)
    const input = inputOf(read, priority, category?.id)
    if (input instanceof BadLine) return setBad(input.line)
    await client.command('reports.category_save', input)
    onDone()
    onClose()
  })
  return (
    <Dialog title={category?.name.en ?? say('categories.add')} onClose={onClose} shape="sheet">
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Names category={category} />
        <Select<Priority>
          label={say('categories.priority')}
          options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))}
          value={priority}
          onChange={setPriority}
        />
        <Lines category={category} />
        {bad && <Problem>{say('categories.bad', { n: bad })}</Problem>}
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('categories.save')}
        </Button>
      </form>
    </Dialog>
  )
}

function Names({ category }: Pick<EditProps, 'category'>) {
  const say = useSay()
  return (
    <>
      {!category && (
        <Field label={say('categories.id')} name="id" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" maxLength={40} />
      )}
      <Field label={say('categories.idn')} name="name_id" required maxLength={80} defaultValue={category?.name.id} />
      <Field label={say('categories.en')} name="name_en" required maxLength={80} defaultValue={category?.name.en} />
      <Field
        label={say('categories.team')}
        name="team"
        required
        pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
        defaultValue={category?.team}
      />
    </>
  )
}

function Lines({ category }: Pick<EditProps, 'category'>) {
  const say = useSay()
  return (
    <>
      <TextArea
        label={say('categories.questions')}
        hint={say('categories.questions.hint')}
        name="questions"
        defaultValue={writtenQuestions(category?.questions ?? [])}
      />
      <TextArea
        label={say('categories.templates')}
        hint={say('categories.templates.hint')}
        name="templates"
        defaultValue={writtenTemplates(category?.templates ?? [])}
      />
      <Field
        label={say('categories.order')}
        name="order"
        type="number"
        min={0}
        max={10_000}
        defaultValue={category?.order ?? 100}
      />
      <Checkbox label={say('categories.archived')} name="archived" defaultChecked={category?.archived} />
    </>
  )
}

function inputOf(read: (name: string) => string, priority: Priority, id: string | undefined): Category | BadLine {
  try {
    return {
      ...{ id: id ?? read('id'), name: { en: read('name_en').trim(), id: read('name_id').trim() } },
      ...{ team: read('team').trim(), priority, order: Number(read('order')), archived: read('archived') === 'on' },
      questions: questionsOf(read('questions')),
      templates: templatesOf(read('templates')),
    }
  } catch (error) {
    if (error instanceof BadLine) return error
    throw error
  }
}
