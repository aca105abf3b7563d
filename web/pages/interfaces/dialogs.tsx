import { type InterfaceInfo, isOngoing } from '../../../src/lib/live.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { say } from '../../components/toasts.tsx'
import { api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

/** As the API bounds it. */
const MAX_NAME = 64

interface Props {
  readonly info: InterfaceInfo
  readonly onClose: () => void
}

export function RenameDialog({ info: { id, name, device }, onClose }: Props) {
  const rename = async (given: FormData) => {
    const wanted = String(given.get('name')).trim()
    await api.rename(id, wanted)
    say(t('renamed', { name: showable(wanted) }))
  }
  return (
    <AskDialog title={t('rename.title', { name: showable(name) })} action={t('rename')} act={rename} onClose={onClose}>
      <label>
        <span>{t('name')}</span>
        <input
          className="form-control form-control-sm"
          name="name"
          defaultValue={name}
          maxLength={MAX_NAME}
          pattern=".*\S.*"
          title={t('rename.pattern')}
          required
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      {device && <p className="faint">{t('rename.about', { device: showable(device.names.join(', ')) })}</p>}
    </AskDialog>
  )
}

export function DisableDialog({ info, onClose }: Props) {
  const name = showable(info.name)
  const disable = async () => {
    await api.setEnabled(info.id, false)
    say(t('disabled', { name }))
  }
  return (
    <AskDialog title={t('disable.title', { name })} action={t('disable')} act={disable} onClose={onClose}>
      <p>{t('disable.about')}</p>
    </AskDialog>
  )
}

export function RestartDialog({ info, onClose }: Props) {
  const name = showable(info.name)
  const restart = async () => {
    await api.restart(info.id)
    say(t('restarted', { name }))
  }
  return (
    <AskDialog title={t('restart.title', { name })} action={t('restart')} act={restart} onClose={onClose}>
      <p>{t('restart.about')}</p>
    </AskDialog>
  )
}

export function RemoveDialog({ info, onClose, onRemoved }: Props & { readonly onRemoved: () => void }) {
  const name = showable(info.name)
  const remove = async () => {
    await api.remove(info.id)
    say(t('removed', { name }))
    onRemoved()
  }
  return (
    <AskDialog title={t('remove.title', { name })} action={t('remove')} act={remove} onClose={onClose}>
      <p>{t(isOngoing(info.kind) ? 'remove.aboutLive' : 'remove.about')}</p>
    </AskDialog>
  )
}
