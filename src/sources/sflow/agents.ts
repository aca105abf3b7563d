import { formatAddress } from '../../wire/address.ts'
import { i32 } from '../../wire/bytes.ts'
import { hashWords } from '../../wire/hash.ts'
import type { Exporter, ExporterPort, Exporters } from '../collect/exporters.ts'

const MAX_SOURCES = 4096

/** What an agent samples at: an interface, or a VLAN or module (sFlow v5, sflow_data_source). */
export class DataSource {
  /** Drops that the agent has told of last; -1: none yet. */
  drops = -1
  /** Whether samples were taken here of what came in, and of what went out. */
  samplesIn = false
  samplesOut = false
}

/** A sub-agent of an agent, which is one exporter. */
export class Agent {
  readonly words: Int32Array
  readonly exporter: Exporter
  /** Sampling that was told last. */
  rate = 0
  private readonly sources = new Map<number, DataSource>()
  /** Most samples come by few ways. */
  private latestIn: ExporterPort | undefined
  private latestOut: ExporterPort | undefined

  constructor(words: Int32Array, exporter: Exporter) {
    this.words = words
    this.exporter = exporter
  }

  /** Undefined when it has too many. */
  source(kind: number, index: number): DataSource | undefined {
    const key = (kind & 0xff) * 0x1_0000_0000 + index
    const known = this.sources.get(key)
    if (known !== undefined || this.sources.size === MAX_SOURCES) return known
    const source = new DataSource()
    this.sources.set(key, source)
    return source
  }
  /** Of an interface, where something was sampled at it. */
  sourceOf(ifIndex: number): DataSource | undefined {
    return this.sources.get(ifIndex)
  }

  inPort(ifIndex: number): ExporterPort | undefined {
    if (this.latestIn?.ifIndex === ifIndex) return this.latestIn
    return (this.latestIn = this.exporter.port(ifIndex))
  }
  outPort(ifIndex: number): ExporterPort | undefined {
    if (this.latestOut?.ifIndex === ifIndex) return this.latestOut
    return (this.latestOut = this.exporter.port(ifIndex))
  }
}

const WORDS = 5
const UNKNOWN = 0
const IPV4 = 1
const IPV6 = 2

/** Agents by the address that they tell and the sub-agent; as many as there are exporters. */
export class Agents {
  private readonly exporters: Exporters
  private readonly byHash = new Map<number, Agent[]>()
  private readonly key = new Int32Array(WORDS)
  private readonly seed: number

  constructor(exporters: Exporters, seed: number) {
    this.exporters = exporters
    this.seed = seed
  }

  /**
   * The agent whose address of this type is at b[at ..]. Where it does not know its own (unknown, or 0.0.0.0) it is the sender's. Undefined when there are too many.
   */
  of(type: number, b: Uint8Array, at: number, subAgent: number, from: string, nowMs: number): Agent | undefined {
    const { key } = this
    key[4] = subAgent
    key[0] = key[1] = key[3] = 0
    key[2] = 0xffff
    if (type === IPV4) key[3] = i32(b, at)
    else if (type === IPV6) for (let word = 0; word < 4; word++) key[word] = i32(b, at + 4 * word)
    if (isNothing(key)) return this.ofSender(from, subAgent, nowMs)
    const hash = hashWords(key, WORDS, this.seed)
    const there = this.byHash.get(hash)
    for (let i = 0; there !== undefined && i < there.length; i++) if (isSame(there[i]!.words, key)) return there[i]
    const address = formatAddress(key[0]!, key[1]!, key[2]!, key[3]!)
    const exporter = this.exporters.of(address, 'sFlow v5', subAgent, nowMs)
    if (exporter === undefined) return undefined
    const agent = new Agent(key.slice(), exporter)
    this.byHash.set(hash, [...(there ?? []), agent])
    return agent
  }

  private readonly bySender = new Map<Exporter, Agent>()
  private ofSender(from: string, subAgent: number, nowMs: number): Agent | undefined {
    const exporter = this.exporters.of(from, 'sFlow v5', subAgent, nowMs)
    if (exporter === undefined) return undefined
    const known = this.bySender.get(exporter)
    if (known !== undefined) return known
    const agent = new Agent(this.key.slice(), exporter)
    this.bySender.set(exporter, agent)
    return agent
  }
}

/** Bytes of an agent's address of this type, or -1. */
export const addressBytes = (type: number): number => (type === IPV4 ? 4 : type === IPV6 ? 16 : type === UNKNOWN ? 0 : -1)

const isNothing = (key: Int32Array): boolean => key[3] === 0 && (key[0]! | key[1]!) === 0 && (key[2] === 0xffff || key[2] === 0)

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < WORDS; i++) if (a[i] !== b[i]) return false
  return true
}
