/** Parameters that several routes share. */

import { type Entity, entities } from '../lib/fields.ts'
import { Type } from './json-schema.ts'

/** `all` becomes the id of all together before it is checked. */
export const interfaceId = () =>
  Type.Optional(Type.Integer({ minimum: 0, description: 'Id of the interface; `all` or 0: all together; the first one unless given' }))
export const filter = () => Type.Optional(Type.String({ description: 'In the filter language (docs/filter-language.md)' }))
export const MAX_VLAN = 4095
export const vlan = () => Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_VLAN, description: 'VLAN id; 0 when untagged' }))
export const limit = (maximum: number, usual: number) => Type.Integer({ minimum: 1, maximum, default: usual })

export const ENTITIES = Object.keys(entities) as Entity[]
export const entity = () => Type.Enum([...ENTITIES], { description: 'Which table' })
