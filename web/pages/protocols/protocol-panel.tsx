import { type ReactNode, useEffect } from 'react'
import { Icon } from '../../components/icons.tsx'
import { formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import type { ProtocolRow } from './protocol-rows.ts'

interface Props {
  readonly row: ProtocolRow
  readonly onClose: () => void
  readonly onOpen: () => void
}
/** All that is known of a protocol. */
export function ProtocolPanel({ row: { protocol, by, ports, flows }, onClose, onOpen }: Props) {
  const { name, category, about, firstBytes, fields } = protocol
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && !event.defaultPrevented && onClose()
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [onClose])
  return (
    <aside className="side" aria-label={t('sidePanel')}>
      <header className="panel-head">
        <h2>{name}</h2>
        <button type="button" className="btn btn-sm btn-outline-secondary side-open" onClick={onOpen}>
          {t('openFlows')}
        </button>
        <button type="button" className="icon-button" aria-label={t('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="side-body">
        {about !== '' && <p className="protocol-about">{about}</p>}
        <dl className="facts">
          <Fact label={t('protocols.category')}>{category}</Fact>
          <Fact label={t('protocols.flows')}>{formatExact(flows)}</Fact>
          <Fact label={t('protocols.by')}>{by === '' ? t('protocols.notYet') : by}</Fact>
          {ports !== '' && <Fact label={t('protocols.ports')}>{ports}</Fact>}
          {firstBytes !== '' && (
            <Fact label={t('protocols.firstBytes')}>
              <span className="address">{firstBytes}</span>
            </Fact>
          )}
          {fields.length > 0 && <Fact label={t('protocols.fields')}>{fields.map(({ label }) => label).join(', ')}</Fact>}
        </dl>
      </div>
    </aside>
  )
}

const Fact = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div className="fact protocol-fact">
    <dt title={label}>{label}</dt>
    <dd>
      <span>{children}</span>
    </dd>
  </div>
)
