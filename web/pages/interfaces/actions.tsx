import '../../styles/interfaces.css'
import { useState } from 'react'
import { type InterfaceInfo, isOngoing } from '../../../src/lib/live.ts'
import { Icon } from '../../components/icons.tsx'
import { say } from '../../components/toasts.tsx'
import { api } from '../../lib/api.ts'
import { isSilent } from '../../lib/condition.ts'
import { t } from '../../lib/messages.ts'
import { Go, nameInUrl, useOpen } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { DisableDialog, RemoveDialog, RenameDialog, RestartDialog } from './dialogs.tsx'

const told = (act: Promise<unknown>, done: string): Promise<void> =>
  act.then(
    () => say(done),
    (error: Error) => say(t('failedUnknown', { message: error.message }), 'problem'),
  )

type Question = 'rename' | 'disable' | 'restart' | 'remove'

interface Props {
  readonly info: InterfaceInfo
  readonly watch?: boolean
}
/** What can be done with an interface: watch it, name it, stop it for a while, begin again, take it away. */
export function InterfaceActions({ info, watch = true }: Props) {
  const open = useOpen()
  const [asked, setAsked] = useState<Question | undefined>(undefined)
  const { id, kind, state } = info
  const name = showable(info.name)
  const isLive = isOngoing(kind)
  const isRunning = state === 'running' || state === 'starting'
  // What runs loses what it has seen; what has failed or been read to its end has nothing to lose.
  const restart = () => (isRunning ? setAsked('restart') : void told(api.restart(id), t('restarted', { name })))
  const enable = () => void told(api.setEnabled(id, true), t('enabled', { name }))
  const close = () => setAsked(undefined)
  return (
    <span className="actions">
      {watch && !isSilent(info) && (
        <Go className="btn btn-sm btn-outline-secondary" place={{ to: '/', search: { interface: nameInUrl(id) } }}>
          {t('viewIt')}
        </Go>
      )}
      {state === 'disabled' && <Act icon="play" text={t('enable')} act={enable} isFirst />}
      {kind !== 'all' && <Act icon="rename" text={t('rename')} act={() => setAsked('rename')} />}
      {isLive && isRunning && <Act icon="hold" text={t('disable')} act={() => setAsked('disable')} />}
      {kind !== 'all' && state !== 'disabled' && (isLive || !isRunning) && <Act icon="restart" text={t('restart')} act={restart} />}
      {(kind === 'upload' || kind === 'historical' || (isLive && isSilent(info))) && (
        <Act icon="remove" text={t('remove')} act={() => setAsked('remove')} />
      )}
      {asked === 'rename' && <RenameDialog info={info} onClose={close} />}
      {asked === 'disable' && <DisableDialog info={info} onClose={close} />}
      {asked === 'restart' && <RestartDialog info={info} onClose={close} />}
      {asked === 'remove' && (
        <RemoveDialog info={info} onClose={close} onRemoved={() => open({ to: '/interfaces', search: { interface: '' } })} />
      )}
    </span>
  )
}

interface ActProps {
  readonly icon: string
  readonly text: string
  readonly act: () => void
  readonly isFirst?: boolean
}
function Act({ icon, text, act, isFirst = false }: ActProps) {
  return (
    <button type="button" className={`btn btn-sm ${isFirst ? 'btn-primary' : 'btn-outline-secondary'}`} onClick={act}>
      <Icon name={icon} size={14} /> {text}
    </button>
  )
}
