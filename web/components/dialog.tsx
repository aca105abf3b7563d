import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../lib/messages.ts'
import { Icon } from './icons.tsx'

interface Props {
  readonly title: string
  /** What the button says that does it. */
  readonly action: string
  /** Does it; what goes wrong is said in the dialog, which stays open. */
  readonly act: (given: FormData) => Promise<unknown>
  readonly onClose: () => void
  readonly children: ReactNode
}
/** A small question with one answer: done, or left. */
export function AskDialog({ title, action, act, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
    const field = dialog.current?.querySelector<HTMLInputElement>('form input:not([type=checkbox], [type=radio])')
    field?.focus()
    field?.select()
  }, [])
  const close = () => dialog.current?.close()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    try {
      await act(new FormData(event.currentTarget))
      close()
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} className="dialog ask-dialog" aria-label={title} onClose={onClose}>
      <header className="panel-head">
        <h2>{title}</h2>
        <button type="button" className="icon-button" aria-label={t('close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <form className="ask-form" onSubmit={(event) => void submit(event)}>
        {children}
        {problem !== undefined && (
          <p className="ask-problem" role="alert">
            <Icon name="warning" /> {problem}
          </p>
        )}
        <div className="ask-buttons">
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={close}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn btn-sm btn-primary" disabled={busy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  )
}
