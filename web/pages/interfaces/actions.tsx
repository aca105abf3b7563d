import type { InterfaceInfo } from '../../../src/lib/live.ts'
import { Icon } from '../../components/icons.tsx'
import { say } from '../../components/toasts.tsx'
import { api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { Go, useOpen } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'

const told = (act: Promise<unknown>, done: string): Promise<boolean> =>
  act.then(
    () => {
      say(done)
      return true
    },
    (error: Error) => {
      say(t('failedUnknown', { message: error.message }), 'problem')
      return false
    },
  )

/** What can be done with an interface: watch it, begin again, take it away. */
export function InterfaceActions({ info, watch = true }: { readonly info: InterfaceInfo; readonly watch?: boolean }) {
  const open = useOpen()
  const name = showable(info.name)
  const restart = () => told(api.restart(info.id), t('restarted', { name }))
  const remove = async () => {
    if (confirm(t('remove.sure', { name })) && (await told(api.remove(info.id), t('removed', { name }))))
      open({ to: '/interfaces', search: { interface: '' } })
  }
  return (
    <span className="actions">
      {watch && info.state !== 'failed' && (
        <Go className="btn btn-sm btn-outline-secondary" place={{ to: '/', search: { interface: String(info.id) } }}>
          {t('viewIt')}
        </Go>
      )}
      {(info.state === 'failed' || info.state === 'ended') && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => void restart()}>
          <Icon name="restart" size={14} /> {t('restart')}
        </button>
      )}
      {info.kind === 'upload' && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => void remove()}>
          <Icon name="remove" size={14} /> {t('remove')}
        </button>
      )}
    </span>
  )
}
