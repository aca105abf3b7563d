import type { Exporter } from '../collect/exporters.ts'
import { text, uint } from './bytes.ts'
import type { TemplateLayout } from './template.ts'

const MAX_SAMPLERS = 4096
const MAX_APPLICATIONS = 20_000
const MAX_TEXT = 128
const MAX_NUMBER_BYTES = 8

/** IANA numbers of what options tell. */
const E = {
  ingressInterface: 10,
  egressInterface: 14,
  samplingInterval: 34,
  samplerId: 48,
  samplerMode: 49,
  samplerRandomInterval: 50,
  interfaceName: 82,
  interfaceDescription: 83,
  applicationDescription: 94,
  applicationId: 95,
  applicationName: 96,
  systemInitMs: 160,
  selectorId: 302,
  packetInterval: 305,
  packetSpace: 306,
  samplingSize: 309,
  samplingPopulation: 310,
} as const
const TEXTS: ReadonlySet<number> = new Set([E.interfaceName, E.interfaceDescription, E.applicationName, E.applicationDescription])
const WANTED: ReadonlySet<number> = new Set(Object.values(E))

/** What options of an exporter have told: samplers, applications, interfaces. Bounded. */
export class OptionsData {
  /** One packet of so many, by sampler, by interface, and for all. */
  readonly bySampler = new Map<number, number>()
  readonly byInterface = new Map<number, number>()
  all = 0
  systemInitMs = 0
  /** Names by application id, of any engine (RFC 6759). */
  readonly applications = new Map<number, string>()
  private readonly exporter: Exporter

  constructor(exporter: Exporter) {
    this.exporter = exporter
  }

  /** Takes a record of options; `places`: offset and length of each of its fields. */
  take(b: Uint8Array, template: TemplateLayout, places: Int32Array): void {
    const numbers = new Map<number, number>()
    const texts = new Map<number, string>()
    template.fields.forEach(({ element }, i) => {
      const at = places[2 * i]!
      const length = places[2 * i + 1]!
      if (!WANTED.has(element)) return
      if (TEXTS.has(element)) texts.set(element, text(b, at, length, MAX_TEXT))
      else if (length > 0 && length <= MAX_NUMBER_BYTES) numbers.set(element, uint(b, at, length))
    })
    this.interfaces(numbers, texts)
    this.applicationNames(numbers, texts)
    this.samplers(numbers)
    this.systemInitMs = numbers.get(E.systemInitMs) ?? this.systemInitMs
  }

  private interfaces(numbers: ReadonlyMap<number, number>, texts: ReadonlyMap<number, string>): void {
    const ifIndex = numbers.get(E.ingressInterface) ?? numbers.get(E.egressInterface)
    const name = texts.get(E.interfaceName)
    const description = texts.get(E.interfaceDescription)
    if (ifIndex === undefined || ifIndex === 0 || (name === undefined && description === undefined)) return
    const port = this.exporter.port(ifIndex)
    if (port === undefined) return
    port.name = name || description || port.name
    if (name !== undefined && description && description !== name) port.alias = description
  }

  private applicationNames(numbers: ReadonlyMap<number, number>, texts: ReadonlyMap<number, string>): void {
    const id = numbers.get(E.applicationId)
    const name = texts.get(E.applicationName) || texts.get(E.applicationDescription)
    if (id === undefined || !name) return
    if (this.applications.size < MAX_APPLICATIONS || this.applications.has(id)) this.applications.set(id, name)
  }

  private samplers(numbers: ReadonlyMap<number, number>): void {
    const rate = this.rateOf(numbers)
    if (rate === undefined) return
    const sampler = numbers.get(E.samplerId) ?? numbers.get(E.selectorId)
    const ifIndex = numbers.get(E.ingressInterface) ?? numbers.get(E.egressInterface)
    if (sampler !== undefined) keep(this.bySampler, sampler, rate)
    else if (ifIndex !== undefined && ifIndex !== 0) keep(this.byInterface, ifIndex, rate)
    else this.all = rate
    this.exporter.sampled(rate, 'options')
  }
  private rateOf(numbers: ReadonlyMap<number, number>): number | undefined {
    const given = numbers.get(E.samplerRandomInterval) ?? numbers.get(E.samplingInterval) ?? byCount(numbers) ?? bySize(numbers)
    if (given === undefined) return undefined
    if (given >= 1) return given
    this.exporter.fault('sampling of 0')
    return 1
  }

  /** One packet of so many was counted, where options say it; 0: they do not. */
  rate(sampler: number, ifIndex: number): number {
    return (sampler >= 0 ? this.bySampler.get(sampler) : undefined) ?? this.byInterface.get(ifIndex) ?? this.all
  }
}

/** So many packets are taken, then so many left out (RFC 5477 §8.2.2). */
function byCount(numbers: ReadonlyMap<number, number>): number | undefined {
  const interval = numbers.get(E.packetInterval)
  return interval === undefined ? undefined : intervalRate(interval, numbers.get(E.packetSpace) ?? 0)
}
/** So many of so many (RFC 5477 §8.2.5). */
function bySize(numbers: ReadonlyMap<number, number>): number | undefined {
  const size = numbers.get(E.samplingSize)
  const population = numbers.get(E.samplingPopulation)
  return size === undefined || population === undefined ? undefined : size === 0 ? 0 : population / size
}
export const intervalRate = (interval: number, space: number): number => (interval === 0 ? 0 : (interval + space) / interval)

function keep(table: Map<number, number>, key: number, rate: number): void {
  if (table.size < MAX_SAMPLERS || table.has(key)) table.set(key, rate)
}
