/** What the filter language makes of a click on a value. */
import { entities, type FieldKind, flowFields } from '../../src/lib/fields.ts'

export type How = 'and' | 'and-not' | 'or' | 'only'
type Value = string | number | boolean

/** Fields of other tables by what flows call them. */
const OF_FLOWS: Partial<Record<FieldKind, string>> = { address: 'host', app: 'app', mac: 'mac', port: 'port' }

export interface Term {
  readonly entity: string
  readonly field: string
}
const hasField = (entity: string, field: string): boolean =>
  Object.hasOwn(entities, entity) && Object.hasOwn(entities[entity as keyof typeof entities], field)

/** The list and its field by which such a value can be filtered: the list it stands in, else flows. */
export function termFor(field: string, kind: FieldKind, inList: string | undefined): Term | undefined {
  if (inList !== undefined && hasField(inList, field)) return { entity: inList, field }
  if (Object.hasOwn(flowFields, field)) return { entity: 'flows', field }
  const other = OF_FLOWS[kind]
  return other === undefined ? undefined : { entity: 'flows', field: other }
}

/** The field that stands for both ends of a flow, when this one stands for one of them. */
export function eitherEnd(entity: string, field: string): string | undefined {
  if (entity !== 'flows') return undefined
  return Object.entries(flowFields).find(([, f]) => 'anyOf' in f && (f.anyOf as readonly string[]).includes(field))?.[0]
}

/** Public addresses have something to look up elsewhere; others mean nothing outside. */
export function isPublic(address: string): boolean {
  if (address.includes(':')) return /^[23]/.test(address) && !/^2001:db8:/i.test(address)
  const [a = 0, b = 0] = address.split('.').map(Number)
  const own = a === 10 || a === 127 || a === 0 || a >= 224 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  return !own && !(a === 169 && b === 254) && !(a === 100 && b >= 64 && b < 128)
}

/** Pages elsewhere that know more of a value; they learn what was asked, so only a click opens them. */
export function lookUps(kind: FieldKind, field: string, value: Value): readonly { readonly name: string; readonly href: string }[] {
  const text = encodeURIComponent(String(value))
  if (kind === 'address') return isPublic(String(value)) ? [{ name: 'RDAP', href: `https://rdap.org/ip/${text}` }] : []
  if (field === 'serverName' && /^[\w.-]+\.[a-z]{2,}$/i.test(String(value)))
    return [{ name: 'RDAP', href: `https://rdap.org/domain/${encodeURIComponent(String(value).split('.').slice(-2).join('.'))}` }]
  if (kind === 'app')
    return [
      { name: 'Wikipedia', href: `https://en.wikipedia.org/w/index.php?search=${encodeURIComponent(String(value).split('.').at(-1)!)}` },
    ]
  return []
}
