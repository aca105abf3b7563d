import { EXPORT_PROTOCOLS, type ExportProtocol } from '../../lib/exporters.ts'
import type { Exporter, Exporters } from '../collect/exporters.ts'
import { Template } from './template.ts'
import type { TemplateScope } from './template-store.ts'

const FORMAT = 1
const MAX_FIELDS = 512
const MAX_TEXT = 128

interface SavedTemplate {
  readonly port: number
  readonly id: number
  readonly scopes: number
  readonly fields: readonly (readonly [element: number, length: number])[]
}
interface SavedScope {
  readonly address: string
  readonly protocol: ExportProtocol
  readonly domain: number
  readonly templates: readonly SavedTemplate[]
  readonly bySampler: readonly (readonly [number, number])[]
  readonly byInterface: readonly (readonly [number, number])[]
  readonly all: number
  readonly applications: readonly (readonly [number, string])[]
  readonly interfaces: readonly (readonly [number, string])[]
}

/** What is known of exporters beside their records, as a value for JSON. */
export function saveScopes(scopes: readonly TemplateScope[]): unknown {
  return { format: FORMAT, scopes: scopes.map(saved) }
}

const saved = ({ exporter, options, templates }: TemplateScope): SavedScope => ({
  address: exporter.address,
  protocol: exporter.protocol,
  domain: exporter.domain,
  templates: templates.map(([port, { id, layout }]) => ({
    port,
    id,
    scopes: layout.scopes,
    fields: layout.fields.map(({ element, length }) => [element, length]),
  })),
  bySampler: [...options.bySampler],
  byInterface: [...options.byInterface],
  all: options.all,
  applications: [...options.applications],
  interfaces: [...exporter.ports.values()].flatMap(({ ifIndex, name }) => (name === undefined ? [] : [[ifIndex, name] as const])),
})

/** Takes up what `saveScopes` gave. It comes from a file: what is not of its form is left out. */
export function restoreScopes(value: unknown, exporters: Exporters, scopeOf: (exporter: Exporter) => TemplateScope): void {
  const { format, scopes } = objectOf(value)
  if (format !== FORMAT) return
  for (const one of listOf(scopes)) {
    const { address, protocol, domain, ...rest } = objectOf(one)
    if (typeof address !== 'string' || !EXPORT_PROTOCOLS.includes(protocol as ExportProtocol) || !isCount(domain)) continue
    const exporter = exporters.of(address, protocol as ExportProtocol, domain, Date.now())
    if (exporter !== undefined) restore(rest, scopeOf(exporter))
  }
}

function restore(from: Readonly<Record<string, unknown>>, scope: TemplateScope): void {
  const nowMs = Date.now()
  for (const one of listOf(from['templates'])) {
    const { port, id, scopes, fields } = objectOf(one)
    const specs = listOf(fields).map((field) => listOf(field))
    const isSound =
      isCount(port) &&
      isCount(id) &&
      isCount(scopes) &&
      specs.length > 0 &&
      specs.length <= MAX_FIELDS &&
      specs.every(([element, length]) => isCount(element) && (length === -1 || (isCount(length) && length < 65_536)))
    if (!isSound) continue
    const template = new Template(
      id,
      specs.map(([element, length]) => ({ element: element as number, length: length as number })),
      scopes,
    )
    if (template.layout.minLength > 0) scope.put(port, template, nowMs)
  }
  const { options, exporter } = scope
  for (const [key, rate] of pairsOf(from['bySampler'])) if (isRate(rate)) options.bySampler.set(key, rate)
  for (const [key, rate] of pairsOf(from['byInterface'])) if (isRate(rate)) options.byInterface.set(key, rate)
  if (isRate(from['all'])) options.all = from['all']
  for (const [id, name] of pairsOf(from['applications'])) if (isText(name)) options.applications.set(id, name)
  for (const [ifIndex, name] of pairsOf(from['interfaces'])) {
    const port = isText(name) ? exporter.port(ifIndex) : undefined
    if (port !== undefined) port.name = name as string
  }
  scope.isChanged = false
}

const MAX_LIST = 65_536
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MAX_LIST) : [])
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isRate = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 1
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_TEXT
const pairsOf = (value: unknown): [number, unknown][] =>
  listOf(value).flatMap((pair) => {
    const [key, of] = listOf(pair)
    return isCount(key) ? [[key, of] as [number, unknown]] : []
  })
