import type { ReactNode } from 'react'
import type { InterfaceDevice, InterfaceInfo } from '../../../src/lib/live.ts'
import { ConditionWord } from '../../components/condition.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatBits, formatDuration, formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { Addresses, deviceKind } from '../interfaces/device-facts.tsx'

/** The interface of this machine that is captured, as the system tells of it, and how the capture goes. */
export function DevicePanel({ info, device }: { readonly info: InterfaceInfo; readonly device: InterfaceDevice }) {
  const { names, kind, link, mac, mtu, addresses, freezes, lagMs } = device
  const isRead = info.state === 'running'
  return (
    <Panel title={t('device')}>
      <dl className="facts panel-pad-y">
        <Fact name={t('device.names')}>
          <span className="address">{showable(names.join(', '))}</span>
        </Fact>
        <Fact name={t('device.link')}>{link === 'up' ? t('link.up') : isRead ? <ConditionWord info={info} /> : t(`link.${link}`)}</Fact>
        {kind !== undefined && <Fact name={t('device.kind')}>{deviceKind(kind)}</Fact>}
        <Fact name={t('speed')}>{info.speedBps === undefined ? t('unknown') : formatBits(info.speedBps)}</Fact>
        {mac !== undefined && (
          <Fact name={t('mac')}>
            <span className="address">{showable(mac)}</span>
          </Fact>
        )}
        {mtu !== undefined && <Fact name={t('mtu')}>{`${formatExact(mtu)} B`}</Fact>}
        <Fact name={t('addresses')}>
          <Addresses of={addresses} most={8} />
        </Fact>
        {isRead && (
          <>
            <Fact name={t('ring.freezes')} title={t('ring.freezes.about')}>
              <span className={freezes > 0 ? 'text-warning-strong' : ''}>{t('ring.freezesTimes', { n: freezes })}</span>
            </Fact>
            <Fact name={t('ring.lag')} title={t('ring.lag.about')}>
              {formatDuration(Math.round(lagMs))}
            </Fact>
          </>
        )}
      </dl>
    </Panel>
  )
}

function Fact({ name, title, children }: { readonly name: string; readonly title?: string; readonly children: ReactNode }) {
  return (
    <div className="fact" title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
