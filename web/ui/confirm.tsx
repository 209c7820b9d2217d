import type { ReactNode } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { Problem } from './notice'
import { useSubmit } from './use-submit'
import { useSay } from './words'

interface ConfirmProps {
  /** The question. */
  title: string
  /** What will happen, and what can't be taken back. */
  children: ReactNode
  /** What the button that does it is called. */
  yes?: string
  onYes(): Promise<void>
  onClose(): void
}

/** Asks before something that can't be taken back. Stays open, with the reason, when it fails. */
export function Confirm({ title, children, yes, onYes, onClose }: ConfirmProps) {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async () => {
    await onYes()
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <div>{children}</div>
        {problem && <Problem>{problem}</Problem>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="outline" onClick={onClose}>
            {say('app.cancel')}
          </Button>
          <Button look="danger" type="submit" busy={busy}>
            {yes ?? say('confirm.yes')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
