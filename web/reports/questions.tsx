import type { Category } from '../../services/reports/model'
import { Field } from '../ui/field'
import { Select } from '../ui/inputs'
import { useWords } from './words'

/** What a category asks, in the form's fields `answer-<id>`. Answers are kept in the words that were chosen. */
export function Questions({ category }: { category: Category }) {
  const { say, lang } = useWords()
  return category.questions.map(({ id, text, choices = [], required = false }) =>
    choices.length > 0 ? (
      <Select
        key={id}
        label={text[lang]}
        name={`answer-${id}`}
        required={required}
        options={[
          { value: '', label: say('new.answer.none') },
          ...choices.map((choice) => ({ value: choice[lang], label: choice[lang] })),
        ]}
      />
    ) : (
      <Field key={id} label={text[lang]} name={`answer-${id}`} required={required} maxLength={1000} />
    ),
  )
}
