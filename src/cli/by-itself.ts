/** Sub-commands that read an input themselves, without a server. */
import type { LiveInterface } from '../lib/live.ts'
import type { LiveSettings } from '../lib/live-capture.ts'
import { type ProbeOptions, Probes } from '../probe/probes.ts'
import { LiveHost } from '../sources/live-host.ts'
import { inputOf } from './input-kind.ts'
import { openInput } from './open-input.ts'
import { Refusal } from './option.ts'
import { UsageError } from './usage-error.ts'

const SETTINGS: LiveSettings = {
  promiscuous: true,
  maxRingBytes: undefined,
  timestamps: 'system',
  ixia: false,
  packetFilter: undefined,
  libpcapPath: undefined,
}

export interface ByItself {
  readonly probes: Probes
  readonly interfaces: readonly LiveInterface[]
  close(): Promise<void>
}

/** Opens captures and interfaces of this machine, as `-i` names them. Throws a UsageError for what is neither. */
export function openByItself(specs: readonly string[], options: Omit<ProbeOptions, 'worker' | 'capture'>): ByItself {
  const inputs = specs.map((spec) => {
    const input = inputOf(spec)
    if (input instanceof Refusal) throw new UsageError(`option -i: ${input.reason}`)
    return input
  })
  const host = inputs.some(({ kind }) => kind === 'live') ? new LiveHost({ ...SETTINGS, packetFilter: options.packetFilter }) : undefined
  const probes = new Probes({ ...options, worker: new URL('../probe.worker.ts', import.meta.url), ...(host && { capture: host }) })
  return {
    probes,
    interfaces: inputs.map((input) => openInput(probes, input)),
    close: async () => {
      await probes.close()
      host?.close()
    },
  }
}
