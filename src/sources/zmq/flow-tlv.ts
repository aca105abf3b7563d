import { formatIpv4 } from '../../wire/address.ts'
import { KIND_ADDRESS, keyNumbered, keyOf } from './flow-keys.ts'
import type { FlowValues } from './flow-values.ts'
import { readTlv, type TlvFault, type TlvVisitor } from './tlv.ts'

/** Reads flows out of binary records: the same keys as in JSON. */
export class FlowTlv implements TlvVisitor {
  private readonly values: FlowValues
  /** Called when `values` hold a whole record. */
  private readonly done: () => void

  constructor(values: FlowValues, done: () => void) {
    this.values = values
    this.done = done
  }

  read(bytes: Uint8Array): TlvFault | undefined {
    this.values.clear()
    return readTlv(bytes, this)
  }

  value(name: number | string, value: unknown): void {
    const key = typeof name === 'number' ? keyNumbered(name) : keyOf(name)
    if (key === undefined) this.values.setField(String(name), value)
    // An address of IPv4 may be its number.
    else if (key.kind === KIND_ADDRESS && typeof value === 'number') this.values.set(key, formatIpv4(value | 0))
    else this.values.set(key, value)
  }
  record(): void {
    this.done()
    this.values.clear()
  }
}
