/** A reader of IPFIX for tests, written apart from the writer: RFC 7011 §3. */
interface Specifier {
  readonly id: number
  readonly length: number
}

export interface ReadMessage {
  readonly bytes: number
  readonly sequence: number
  readonly domain: number
  readonly templates: readonly number[]
  /** Values in hexadecimal by 'ENTERPRISE.ID' or 'ID'. */
  readonly records: readonly { readonly template: number; readonly values: ReadonlyMap<string, string> }[]
}

export class IpfixReader {
  private readonly templates = new Map<number, { keys: string[]; specifiers: Specifier[] }>()

  /** All messages of a stream or a datagram. */
  read(bytes: Buffer): ReadMessage[] {
    const messages: ReadMessage[] = []
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt16BE(at + 2)
      messages.push(this.message(bytes.subarray(at, at + length)))
      at += length
    }
    return messages
  }

  private message(b: Buffer): ReadMessage {
    if (b.readUInt16BE(0) !== 10) throw new Error('not version 10')
    const templates: number[] = []
    const records: ReadMessage['records'][number][] = []
    for (let at = 16; at < b.length; ) {
      const [set, length] = [b.readUInt16BE(at), b.readUInt16BE(at + 2)]
      if (length < 5 || at + length > b.length) throw new Error(`set ${set} of ${length} bytes at ${at} of ${b.length}`)
      const body = b.subarray(at + 4, at + length)
      if (set === 2 || set === 3) templates.push(...this.takeTemplates(body, set === 3))
      else records.push(...this.records(body, set))
      at += length
    }
    return { bytes: b.length, sequence: b.readUInt32BE(8), domain: b.readUInt32BE(12), templates, records }
  }

  private takeTemplates(b: Buffer, isOptions: boolean): number[] {
    const taken: number[] = []
    for (let at = 0; at < b.length; ) {
      const [template, count] = [b.readUInt16BE(at), b.readUInt16BE(at + 2)]
      at += isOptions ? 6 : 4
      const keys: string[] = []
      const specifiers: Specifier[] = []
      for (let i = 0; i < count; i++) {
        const [id, length] = [b.readUInt16BE(at), b.readUInt16BE(at + 2)]
        const isOwn = id >= 0x8000
        keys.push(isOwn ? `${b.readUInt32BE(at + 4)}.${id & 0x7fff}` : `${id}`)
        specifiers.push({ id, length })
        at += isOwn ? 8 : 4
      }
      if (new Set(keys).size !== keys.length) throw new Error(`template ${template} has an element twice`)
      this.templates.set(template, { keys, specifiers })
      taken.push(template)
    }
    return taken
  }

  private records(b: Buffer, set: number): ReadMessage['records'][number][] {
    const template = this.templates.get(set)
    if (template === undefined) throw new Error(`data of template ${set} before it was told`)
    const records = []
    for (let at = 0; at < b.length; ) {
      const values = new Map<string, string>()
      for (const [i, { length: told }] of template.specifiers.entries()) {
        let length = told
        if (told === 0xffff) {
          length = b[at++]!
          if (length === 255) {
            length = b.readUInt16BE(at)
            at += 2
          }
        }
        if (at + length > b.length) throw new Error(`element ${template.keys[i]} runs over the set`)
        values.set(template.keys[i]!, b.toString('hex', at, at + length))
        at += length
      }
      records.push({ template: set, values })
    }
    return records
  }
}

export const textOf = (hex: string | undefined): string => Buffer.from(hex ?? '', 'hex').toString()
export const numberOf = (hex: string | undefined): number => Number(`0x${hex}`)
