import type { FlowBatch } from '../lib/flow-batch.ts'
import { type FieldVisitor, visitRecord } from './record-fields.ts'

/**
 * The text of one object, each field behind a comma. JSON.stringify escapes what is hostile: control characters, quotes, lone surrogates.
 */
class JsonWriter implements FieldVisitor {
  json = ''

  number(name: string, value: number): void {
    this.json += `,"${name}":${Number.isFinite(value) ? value : 'null'}`
  }
  flag(name: string, value: boolean): void {
    this.json += `,"${name}":${value}`
  }
  plain(name: string, value: string): void {
    this.json += `,"${name}":"${value}"`
  }
  text(name: string, value: string): void {
    this.json += `,"${name}":${JSON.stringify(value)}`
  }
  texts(name: string, values: readonly string[]): void {
    this.json += `,"${name}":${JSON.stringify(values)}`
  }
  field(name: string, value: string | number): void {
    this.json += `,${JSON.stringify(`fields.${name}`)}:${JSON.stringify(value)}`
  }
}

const writer = new JsonWriter()

/** The record as one JSON object on one line, without the line's end. */
export function recordJson(batch: FlowBatch, i: number): string {
  writer.json = ''
  visitRecord(batch, i, writer)
  return `{${writer.json.slice(1)}}`
}
