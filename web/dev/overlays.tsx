import { useState } from 'react'
import { CallError } from '../../client/errors'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icons'
import { Menu } from '../ui/menu'
import { toast } from '../ui/toast'
import { FieldsShown } from './forms'
import { useSay } from './words'

type Open = 'none' | 'dialog' | 'sheet' | 'confirm' | 'failing'

export function OverlaysShown() {
  const say = useSay()
  const [open, setOpen] = useState<Open>('none')
  const close = (): void => setOpen('none')
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="outline" onClick={() => setOpen('dialog')}>
        {say('dialog')}
      </Button>
      <Button look="outline" onClick={() => setOpen('sheet')}>
        {say('sheet')}
      </Button>
      <Button look="outline" onClick={() => setOpen('confirm')}>
        {say('confirm')}
      </Button>
      <Button look="outline" onClick={() => setOpen('failing')}>
        {say('confirm.failed')}
      </Button>
      <Button look="outline" onClick={() => toast(say('toast.text'))}>
        {say('toast')}
      </Button>
      <Actions onDelete={() => setOpen('confirm')} />
      {(open === 'dialog' || open === 'sheet') && (
        <Dialog title={say(open)} shape={open} onClose={close}>
          <FieldsShown />
        </Dialog>
      )}
      {(open === 'confirm' || open === 'failing') && (
        <Confirm
          title={say('confirm.title')}
          yes={say('danger')}
          onYes={() => (open === 'failing' ? Promise.reject(new CallError('unavailable')) : Promise.resolve())}
          onClose={close}
        >
          {say('confirm.text')}
        </Confirm>
      )}
    </div>
  )
}

function Actions({ onDelete }: { onDelete(): void }) {
  const say = useSay()
  const tell = (): void => toast(say('toast.text'))
  return (
    <Menu
      label={say('menu')}
      button={<Icon name="more" />}
      items={[
        { key: 'edit', label: say('menu.edit'), icon: 'edit', onSelect: tell },
        { key: 'share', label: say('menu.share'), icon: 'scan', onSelect: tell },
        { key: 'delete', label: say('menu.delete'), icon: 'trash', danger: true, onSelect: onDelete },
      ]}
    />
  )
}
