import type { InstanceInfo, InstanceInterface } from '../../../src/lib/instances.ts'
import { Cut } from '../../components/value.tsx'
import { formatBits, formatCount, formatRate } from '../../lib/format.ts'
import { levelOfFaults } from '../../lib/load.ts'
import { hasMessage, t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

/** More are folded away. */
const SHOWN_AT_ONCE = 4

/** The interfaces of an instance, each leading to itself over there. */
export function InstanceInterfaces({ instance }: { readonly instance: InstanceInfo }) {
  const { interfaces, moreInterfaces, lastAnswerMs } = instance
  if (lastAnswerMs === undefined) return null
  if (interfaces.length === 0) return <p className="interface-note faint">{t('instance.noInterfaces')}</p>
  return (
    <details className="instance-interfaces" open={interfaces.length <= SHOWN_AT_ONCE}>
      <summary>{t('instance.interfacesCount', { n: interfaces.length + moreInterfaces })}</summary>
      <div className="short-table">
        <table aria-label={t('instance.interfaces', { name: showable(instance.name) })}>
          <thead>
            <tr>
              <th scope="col" className="instance-interface">
                {t('name')}
              </th>
              <th scope="col" className="instance-state">
                {t('instances.sort.state')}
              </th>
              <th scope="col" className="end-aligned instance-throughput">
                {t('throughput')}
              </th>
              <th scope="col" className="end-aligned instance-pps">
                {t('packetRate')}
              </th>
              <th scope="col" className="end-aligned">
                {t('flows')}
              </th>
              <th scope="col" className="end-aligned instance-hosts">
                {t('hosts')}
              </th>
              <th scope="col" className="end-aligned">
                {t('drops')}
              </th>
            </tr>
          </thead>
          <tbody>
            {interfaces.map((one) => (
              <Interface key={one.id} instance={instance} one={one} />
            ))}
          </tbody>
        </table>
      </div>
      {moreInterfaces > 0 && <p className="interface-note faint">{t('instance.moreInterfaces', { n: moreInterfaces })}</p>}
    </details>
  )
}

/** A newer wiretop may have states that this one has no word for. */
const stateOf = (state: string): string => (hasMessage(`state.${state}`) ? t(`state.${state}` as Parameters<typeof t>[0]) : showable(state))

function Interface({ instance: { name, url }, one }: { readonly instance: InstanceInfo; readonly one: InstanceInterface }) {
  const { id, state, failure, totals } = one
  return (
    <tr>
      <th scope="row" className="instance-interface">
        <a
          href={`${url}/?v=1&interface=${id}`}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('instance.openInterface', { interface: showable(one.name), name: showable(name) })}
        >
          <Cut text={one.name} />
        </a>
      </th>
      <td title={failure === undefined ? undefined : showable(failure)} className={state === 'failed' ? 'text-critical' : ''}>
        {stateOf(state)}
      </td>
      <td className="num end-aligned">{totals && formatBits(totals.bps)}</td>
      <td className="num end-aligned instance-pps">{totals && formatRate(totals.pps, 'p')}</td>
      <td className="num end-aligned">{totals && formatCount(totals.flows)}</td>
      <td className="num end-aligned instance-hosts">{totals && formatCount(totals.hosts)}</td>
      <td className={`num end-aligned level-${totals ? levelOfFaults(totals.dropped, totals.packets) : 'fine'}`}>
        {totals && formatCount(totals.dropped)}
      </td>
    </tr>
  )
}
