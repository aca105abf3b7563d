import type { LiveInterface } from '../lib/live.ts'
import type { Probes } from '../probe/probes.ts'
import { endpointName, repeatsOf } from '../sources/collect/receiver-kinds.ts'
import type { Input } from './input-kind.ts'
import { inputName } from './input-name.ts'

/** Begins to read what one `-i` means. */
export function openInput(probes: Probes, input: Input): LiveInterface {
  if (input.kind === 'live') return probes.capture(input.devices.join(', '), input.devices)
  if (input.kind === 'collector') return probes.collect(endpointName(input.endpoint), input.endpoint, repeatsOf(input.endpoint))
  return probes.open(inputName(input.path), input.path)
}
