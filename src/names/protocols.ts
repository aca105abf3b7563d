/** The list of all protocols and applications, with how each is recognised. */
import type { Dissector } from '../dissectors/dissector.ts'
import { httpApplications } from '../dissectors/http-applications/index.gen.ts'
import { allDissectors } from '../dissectors/index.gen.ts'
import { knownRanges } from './address-ranges.ts'
import { serverNameTables } from './applications/index.ts'
import { namesOf } from './applications/table.ts'
import { type Application, type Catalogue, CUSTOM } from './catalogue.ts'
import { EVIDENCES, type Evidence } from './evidences.ts'
import { insideOf } from './inside.gen.ts'

export interface ProtocolInfo {
  readonly name: string
  readonly category: string
  readonly about: string
  /** What it is recognised by. */
  readonly by: readonly Evidence[]
  /** Protocols that it is found inside. */
  readonly inside: readonly string[]
  /** How many names of servers tell it, and how many custom rules. */
  readonly serverNames: number
  readonly customRules: number
  readonly tcpPorts: readonly number[]
  readonly udpPorts: readonly number[]
  /** IANA's numbers. */
  readonly ipProtocols: readonly number[]
  /** Which bytes its first payload may begin with, as `16 80–8f`; empty: any. */
  readonly firstBytes: string
  readonly fields: readonly { readonly name: string; readonly label: string }[]
}

const insideHttp = new Set(httpApplications.map(({ name }) => name))
const serverNameCounts = new Map<string, number>()
for (const { names } of serverNameTables)
  for (const [name, list] of Object.entries(names)) serverNameCounts.set(name, (serverNameCounts.get(name) ?? 0) + namesOf(list).length)

/** By name, without regard to case. Those of custom rules that are gone are left out. */
export function protocolList(catalogue: Catalogue, dissectors: readonly Dissector[] = allDissectors): ProtocolInfo[] {
  const byName = new Map(dissectors.flatMap((d) => [d.name, ...Object.keys(d.alsoNames ?? {})].map((name) => [name, d] as const)))
  for (const d of dissectors) byName.set(d.name, d)
  const rules = catalogue.rules?.counts() ?? new Map<number, number>()
  return catalogue.applications
    .slice(1)
    .filter(({ id, about }) => about !== CUSTOM || rules.has(id))
    .map((application) => protocolInfo(application, byName.get(application.name), rules.get(application.id) ?? 0, catalogue))
    .sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()))
}

function protocolInfo(
  { id, name, about, tcpPorts, udpPorts, ipProtocols }: Application,
  dissector: Dissector | undefined,
  customRules: number,
  catalogue: Catalogue,
): ProtocolInfo {
  const inside = [...new Set([...(insideOf[name] ?? []), ...(insideHttp.has(name) ? ['HTTP'] : [])])]
  const serverNames = serverNameCounts.get(name) ?? 0
  const has: Readonly<Record<Evidence, boolean>> = {
    'custom-rule': customRules > 0,
    payload: dissector?.signature !== undefined,
    inside: inside.length > 0,
    'server-name': serverNames > 0,
    'ip-protocol': ipProtocols.length > 0,
    port: tcpPorts.length + udpPorts.length > 0,
    address: knownRanges().owners.includes(name),
  }
  return {
    name,
    category: catalogue.categories[catalogue.categoryIdOf(id)]!,
    about:
      about || (inside.length > 0 ? `Inside ${inside.join(', ')}` : dissector === undefined ? '' : `By what its ${dissector.name} says`),
    by: EVIDENCES.filter((evidence) => has[evidence]),
    inside,
    serverNames,
    customRules,
    tcpPorts,
    udpPorts,
    ipProtocols,
    firstBytes: dissector === undefined ? '' : firstBytes(dissector),
    fields: Object.entries(dissector?.fields ?? {}).map(([field, { label }]) => ({ name: field, label })),
  }
}

const ALL_BYTES = 256
function firstBytes({ firstBytes: first, over = [], signature }: Dissector): string {
  if (first === undefined || signature === undefined) return ''
  const transports = typeof over === 'string' ? [over] : over
  const canBegin = (byte: number) => (typeof first === 'function' ? transports.some((one) => first(byte, one)) : first.includes(byte))
  const ranges: { from: number; to: number }[] = []
  for (let byte = 0; byte < ALL_BYTES; byte++) {
    if (!canBegin(byte)) continue
    const last = ranges.at(-1)
    if (last?.to === byte - 1) last.to = byte
    else ranges.push({ from: byte, to: byte })
  }
  if (ranges[0]?.to === ALL_BYTES - 1 && ranges[0].from === 0) return ''
  return ranges.map(({ from, to }) => (from === to ? hex(from) : `${hex(from)}–${hex(to)}`)).join(' ')
}
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** `tcp 80, 8080; udp 443`, or the numbers of IP protocols. */
export function portsText({ tcpPorts, udpPorts, ipProtocols }: Pick<ProtocolInfo, 'tcpPorts' | 'udpPorts' | 'ipProtocols'>): string {
  return [
    ...(tcpPorts.length > 0 ? [`tcp ${tcpPorts.join(', ')}`] : []),
    ...(udpPorts.length > 0 ? [`udp ${udpPorts.join(', ')}`] : []),
    ...(ipProtocols.length > 0 ? [`ip ${ipProtocols.join(', ')}`] : []),
  ].join('; ')
}

const WORDS: Readonly<Record<Evidence, string>> = {
  'custom-rule': 'custom rules',
  payload: 'payload',
  inside: 'inside',
  'server-name': 'server names',
  'ip-protocol': 'IP protocol',
  address: 'address range',
  port: 'port',
}
/** `payload, server names (12)`. What a port says is a guess. */
export const evidenceText = ({ by, inside, serverNames, customRules }: ProtocolInfo): string =>
  by
    .map((evidence) => {
      if (evidence === 'inside') return `inside ${inside.join(', ')}`
      const count = evidence === 'server-name' ? serverNames : evidence === 'custom-rule' ? customRules : 0
      return count > 0 ? `${WORDS[evidence]} (${count})` : WORDS[evidence]
    })
    .join('; ')
