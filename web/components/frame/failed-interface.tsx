import type { InterfaceInfo } from '../../../src/lib/live.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { InterfaceActions } from '../../pages/interfaces/actions.tsx'
import { Icon } from '../icons.tsx'

/** Stands where the pages would, when there is nothing to show because the interface has failed. */
export function FailedInterface({ info }: { readonly info: InterfaceInfo }) {
  return (
    <div className="empty fill-main" role="alert">
      <p className="empty-title">
        <Icon name="warning" /> {t('failed.interface', { name: showable(info.name) })}
      </p>
      <p className="empty-text">{showable(info.failure ?? '')}</p>
      <InterfaceActions info={info} watch={false} />
    </div>
  )
}
