import { useState } from 'react'
import { Avatar } from '../ui/avatar'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Checkbox, Select, TextArea } from '../ui/inputs'
import { useSay } from './words'

export function ButtonsShown() {
  const say = useSay()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button>{say('primary')}</Button>
      <Button look="outline">{say('outline')}</Button>
      <Button look="quiet">{say('quiet')}</Button>
      <Button look="danger">{say('danger')}</Button>
      <Button busy>{say('busy')}</Button>
      <Button disabled>{say('off')}</Button>
      <IconButton label={say('primary')}>
        <Icon name="send" />
      </IconButton>
      <Badge count={3} label={say('row', { n: 3 })} />
      <Badge count={2048} label={say('row', { n: 2048 })} />
      <Avatar id="a" name="Sari Wulandari" />
      <Avatar id="b" name="Budi" />
    </div>
  )
}

const rooms = ['B2.04', 'B2.05', 'Aula'] as const

export function FieldsShown() {
  const say = useSay()
  const [room, setRoom] = useState<(typeof rooms)[number]>('B2.04')
  const [text, setText] = useState('')
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={say('field.name')} hint={say('field.name.hint')} autoComplete="off" />
      <Select
        label={say('field.room')}
        value={room}
        onChange={setRoom}
        options={rooms.map((value) => ({ value, label: value }))}
      />
      <TextArea
        label={say('field.text')}
        error={text === '' ? say('field.text.error') : undefined}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Checkbox label={say('field.check')} hint={say('field.check.hint')} />
    </div>
  )
}
