/** Interfaces of this machine that nobody captures yet, and a button that begins to. */
import '../../styles/interfaces.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeviceInfo } from '../../../src/lib/live-capture.ts'
import { Icon } from '../../components/icons.tsx'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { say } from '../../components/toasts.tsx'
import { Cut } from '../../components/value.tsx'
import { api } from '../../lib/api.ts'
import { formatBits } from '../../lib/format.ts'
import { useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { Addresses, deviceKind } from './device-facts.tsx'
import { devicesQuery } from './devices.queries.ts'

export function OtherDevices() {
  const asked = useQuery(devicesQuery)
  const entries = useLive((state) => state.entries)
  const captured = new Set(entries.flatMap(({ info }) => info.device?.names ?? []))
  return (
    <Panel title={t(captured.size > 0 ? 'devices.others' : 'devices')} className="devices-panel">
      <Answered of={asked} rows={3}>
        {({ devices, refusal }) => (
          <>
            {refusal !== undefined && devices.length > 0 && (
              <p className="notice" role="note">
                <Icon name="warning" /> <span>{showable(refusal)}</span>
              </p>
            )}
            <Devices all={devices} free={devices.filter(({ name }) => !captured.has(name))} mayCapture={refusal === undefined} />
          </>
        )}
      </Answered>
    </Panel>
  )
}

interface DevicesProps {
  readonly all: readonly DeviceInfo[]
  readonly free: readonly DeviceInfo[]
  readonly mayCapture: boolean
}
function Devices({ all, free, mayCapture }: DevicesProps) {
  if (free.length === 0) return <Empty title={t(all.length === 0 ? 'devices.none' : 'devices.allCaptured')} />
  return (
    <ul className="devices" aria-label={t('devices')}>
      {free.map((device) => (
        <Device key={device.name} device={device} mayCapture={mayCapture} />
      ))}
    </ul>
  )
}

function Device({ device, mayCapture }: { readonly device: DeviceInfo; readonly mayCapture: boolean }) {
  const { name, kind, up, readable, addresses, speedBps } = device
  const reason = readable ? (up ? undefined : t('device.downAbout')) : t('device.unreadable')
  return (
    <li className="device">
      <span className={`state state-${up ? 'running' : 'link-down'}`} aria-hidden="true" />
      <span className="device-name">
        <Cut text={name} />
      </span>
      <span className="device-kind">
        <span className="label">{deviceKind(kind)}</span>
        <span className={up ? 'faint' : 'text-warning-strong'}>{t(up ? 'device.up' : 'device.down')}</span>
        {speedBps !== undefined && <span className="faint num">{formatBits(speedBps)}</span>}
      </span>
      <span className="device-addresses">
        <Addresses of={addresses} />
        {reason !== undefined && <span className="faint device-reason">{reason}</span>}
      </span>
      {mayCapture && readable && <CaptureButton name={name} />}
    </li>
  )
}

function CaptureButton({ name }: { readonly name: string }) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const shown = showable(name)
  const capture = async () => {
    setBusy(true)
    try {
      await api.capture(name)
      say(t('device.captured', { name: shown }))
    } catch (error) {
      say(t('failedUnknown', { message: (error as Error).message }), 'problem')
    }
    setBusy(false)
    await client.invalidateQueries({ queryKey: devicesQuery.queryKey })
  }
  return (
    <button
      type="button"
      className="btn btn-sm btn-outline-secondary device-capture"
      aria-label={t('device.captureIt', { name: shown })}
      disabled={busy}
      onClick={() => void capture()}
    >
      <Icon name="play" size={14} /> {t('device.capture')}
    </button>
  )
}
