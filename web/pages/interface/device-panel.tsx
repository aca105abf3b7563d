import type { InterfaceDevice, InterfaceInfo, Totals } from '../../../src/lib/live.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBits, formatDuration, formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { Addresses, deviceKind } from '../interfaces/device-facts.tsx'
import { Facts, type Row } from './facts.tsx'

interface Props {
  readonly info: InterfaceInfo
  readonly device: InterfaceDevice
  /** Absent while it is disabled. */
  readonly totals?: Totals
}
/** The interface of this machine that is captured, as the system tells of it, and how its capture goes. */
export function DevicePanel({ info, device, totals }: Props) {
  return (
    <Panel title={t('device')}>
      <Facts rows={[...deviceRows(info, device), ...(totals ? [...ringRows(device), ...captureRows(info, totals)] : [])]} />
    </Panel>
  )
}

function deviceRows({ speedBps }: InterfaceInfo, { names, kind, link, mac, mtu, addresses }: InterfaceDevice): Row[] {
  const shownLink = <span className={link === 'up' ? '' : 'text-warning-strong'}>{t(`link.${link}`)}</span>
  return [
    [
      t('device.names'),
      <span key="n" className="address">
        {showable(names.join(', '))}
      </span>,
    ],
    [t('device.link'), shownLink],
    ...(kind === undefined ? [] : [[t('device.kind'), deviceKind(kind)] as const]),
    [t('speed'), speedBps === undefined ? t('unknown') : formatBits(speedBps)],
    ...(mac === undefined
      ? []
      : [
          [
            t('mac'),
            <span key="m" className="address">
              {showable(mac)}
            </span>,
          ] as const,
        ]),
    ...(mtu === undefined ? [] : [[t('mtu'), `${formatExact(mtu)} B`] as const]),
    [t('addresses'), <Addresses key="a" of={addresses} most={8} />],
  ]
}

const ringRows = ({ freezes, lagMs }: InterfaceDevice): Row[] => [
  [
    t('ring.freezes'),
    <span key="f" className={freezes > 0 ? 'text-warning-strong' : ''}>
      {t('ring.freezesTimes', { n: freezes })}
    </span>,
    t('ring.freezes.about'),
  ],
  [t('ring.lag'), formatDuration(Math.round(lagMs)), t('ring.lag.about')],
]

/** What of the traffic is not in the figures, and why. */
export function captureRows({ kind, packetFilter, progress: { filteredOut } }: InterfaceInfo, totals: Totals): Row[] {
  return [
    [t('drops'), formatExact(totals.dropped), t(kind === 'live' ? 'drops.live' : 'drops.about')],
    [t('refused'), formatExact(totals.packetsWithoutFlow + totals.hostsRefused), t('refused.about')],
    [t('givenUp'), formatExact(totals.flowsGivenUp), t('givenUp.about')],
    ...(packetFilter === undefined
      ? []
      : ([
          [t('packetFilter'), <code key="f">{showable(packetFilter)}</code>, t('packetFilter.about')],
          [t('filteredOut'), filteredOut === undefined ? t('filteredOut.kernel') : formatExact(filteredOut), t('filteredOut.about')],
        ] as const)),
    [t('clockGaps'), formatExact(totals.clockGaps), t('clockGaps.about', { steps: totals.clockSteps })],
  ]
}
