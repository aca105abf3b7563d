import type { ReactNode } from 'react'
import type { FlowItem } from '../../../src/lib/fields.ts'
import type { DissectedField, FlowDetail } from '../../../src/lib/live.ts'
import type { Row } from '../../components/list/columns.ts'
import { Facts } from '../../components/list/side-panel.tsx'
import { Value } from '../../components/value.tsx'
import { formatExact, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

/** All that is known of a flow, from the link up. */
const LINK = ['clientMac', 'serverMac', 'vlan', 'tunnel'] as const satisfies readonly (keyof FlowItem)[]
const NETWORK = ['client', 'clientLabel', 'server', 'serverLabel'] as const satisfies readonly (keyof FlowItem)[]
const TRANSPORT = [
  'proto',
  'clientPort',
  'serverPort',
  'tcpState',
  'tcpFlagsC2s',
  'tcpFlagsS2c',
  'clientLatency',
  'serverLatency',
] as const satisfies readonly (keyof FlowItem)[]
const APPLICATION = ['app', 'category', 'serverName', 'info'] as const satisfies readonly (keyof FlowItem)[]

const EXPORTER = [
  'exporter',
  'site',
  'inInterface',
  'outInterface',
  'clientAs',
  'serverAs',
  'nextHop',
  'tosC2s',
  'tosS2c',
  'sampling',
  'repeats',
] as const satisfies readonly (keyof FlowItem)[]

export function Layers({ flow, nowMs }: { readonly flow: FlowDetail; readonly nowMs: number | undefined }) {
  const row = flow as unknown as Row
  const protocols = [...new Set(flow.fields.map(({ protocol }) => protocol))]
  const tcp = flow.proto === 'tcp'
  return (
    <div className="layers">
      <Layer name={t('layer.link')}>
        <Facts entity="flows" row={row} nowMs={nowMs} names={LINK} />
      </Layer>
      <Layer name={t('layer.network')}>
        <Facts entity="flows" row={row} nowMs={nowMs} names={NETWORK} />
      </Layer>
      <Layer name={t('layer.transport')}>
        <Facts entity="flows" row={row} nowMs={nowMs} names={TRANSPORT.filter((name) => tcp || !name.startsWith('tcp'))} />
        <dl className="facts">
          <div className="fact">
            <dt>{t('communityId')}</dt>
            <dd>
              <Value field="communityId" kind="id" value={flow.communityId}>
                <span className="address">{flow.communityId}</span>
              </Value>
            </dd>
          </div>
        </dl>
      </Layer>
      <Layer name={t('application')}>
        <Facts entity="flows" row={row} nowMs={nowMs} names={APPLICATION} />
      </Layer>
      {flow.exporter !== undefined && (
        <Layer name={t('layer.exporter')}>
          <Facts entity="flows" row={row} nowMs={nowMs} names={EXPORTER} />
          <Told flow={flow} />
        </Layer>
      )}
      {protocols.map((protocol) => (
        <Layer key={protocol} name={protocol}>
          <dl className="facts">
            {flow.fields
              .filter((field) => field.protocol === protocol)
              .map((field) => (
                <div key={field.name} className="fact">
                  <dt title={`${field.protocol}.${field.name}`}>{field.label}</dt>
                  <dd className="several">
                    <Dissected field={field} />
                  </dd>
                </div>
              ))}
          </dl>
        </Layer>
      ))}
      {protocols.length === 0 && <p className="panel-pad faint">{t('fields.none')}</p>}
    </div>
  )
}

/** What the exporter says that has no name of ours. */
function Told({ flow: { elements = {}, path = [] } }: { readonly flow: FlowDetail }) {
  const rows = [...(path.length > 0 ? [[t('path.of'), path.join(' → ')] as const] : []), ...Object.entries(elements)]
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{showable(name)}</dt>
          <dd>{typeof value === 'number' ? <span className="num">{formatExact(value)}</span> : showable(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Layer({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section className="layer" aria-label={name}>
      <h3>{name}</h3>
      {children}
    </section>
  )
}

function Dissected({ field: { name, type, value } }: { readonly field: DissectedField }) {
  if (typeof value === 'object') return [...new Set(value)].map((one) => <Value key={one} field={name} kind="text" value={one} />)
  if (type === 'timeMs' && typeof value === 'number') return <span className="num">{formatTime(value)}</span>
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value === 'number') return <span className="num">{formatExact(value)}</span>
  return <Value field={name} kind="text" value={value} />
}
