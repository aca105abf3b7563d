import { formatAddress, parseAddress } from '../wire/address.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { quoted } from './parameters.ts'
import { MAX_VLAN, vlan } from './query-parameters.ts'

export interface HostAddress {
  readonly address: string
  readonly vlan?: number
}

/** Longer than any address with a VLAN. */
const MAX_LEN = 64
export const hostAddress = () =>
  Type.String({
    minLength: 2,
    maxLength: MAX_LEN,
    description: 'IPv4 or IPv6 address, also as address@vlan',
    examples: ['10.0.0.1', '2001:db8::1@100'],
  })
export const hostVlan = vlan

/** The host that `address` or `address@vlan` speaks of; `inVlan` says the VLAN beside it. */
export function readHostAddress(text: string, inVlan: number | undefined, field: string): HostAddress {
  const [, addressText = '', vlanText] = /^([^@]*)(?:@(\d{1,4}))?$/.exec(text) ?? []
  const words = parseAddress(addressText)
  if (words === undefined)
    throw new ApiError('bad-parameter', `${field} must be an IPv4 or IPv6 address, or address@vlan; got ${quoted(text)}`, { field })
  const ownVlan = vlanText === undefined ? undefined : Number(vlanText)
  if (ownVlan !== undefined && ownVlan > MAX_VLAN) throw new ApiError('bad-parameter', `a VLAN id goes from 0 to ${MAX_VLAN}`, { field })
  if (ownVlan !== undefined && inVlan !== undefined && ownVlan !== inVlan)
    throw new ApiError('bad-parameter', `the address says VLAN ${ownVlan}, the parameter vlan ${inVlan}`, { field: 'vlan' })
  const both = ownVlan ?? inVlan
  return { address: formatAddress(...words), ...(both !== undefined && { vlan: both }) }
}

export const hostText = ({ address, vlan: inVlan }: HostAddress): string => (inVlan ? `${address}@${inVlan}` : address)
