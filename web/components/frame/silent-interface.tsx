import type { InterfaceInfo } from '../../../src/lib/live.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { InterfaceActions } from '../../pages/interfaces/actions.tsx'
import { Icon } from '../icons.tsx'

/** Stands where the pages would, when there is nothing to show because the interface has failed or is disabled. */
export function SilentInterface({ info }: { readonly info: InterfaceInfo }) {
  const name = showable(info.name)
  const isDisabled = info.state === 'disabled'
  return (
    <div className="empty fill-main" role={isDisabled ? 'status' : 'alert'}>
      <p className="empty-title">
        {!isDisabled && <Icon name="warning" />} {t(isDisabled ? 'disabled.interface' : 'failed.interface', { name })}
      </p>
      <p className="empty-text">{isDisabled ? t('disabled.about') : showable(info.failure ?? '')}</p>
      <InterfaceActions info={info} watch={false} />
    </div>
  )
}
