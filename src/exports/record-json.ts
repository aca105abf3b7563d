import type { FlowBatch } from '../lib/flow-batch.ts'
import { type FieldVisitor, visitRecord } from './record-fields.ts'

/** The text of one object, written as its fields come. JSON.stringify escapes what is hostile: control characters, quotes, lone surrogates. */
class JsonWriter implements FieldVisitor {
  json = ''

  number(name: string, value: number): void {
    this.json += `${this.key(name)}${Number.isFinite(value) ? value : 'null'}`
  }
  flag(name: string, value: boolean): void {
    this.json += `${this.key(name)}${value}`
  }
  plain(name: string, value: string): void {
    this.json += `${this.key(name)}"${value}"`
  }
  text(name: string, value: string): void {
    this.json += `${this.key(name)}${JSON.stringify(value)}`
  }
  texts(name: string, values: readonly string[]): void {
    this.json += `${this.key(name)}${JSON.stringify(values)}`
  }

  private key(name: string): string {
    return `${this.json === '' ? '{' : ','}${name.startsWith('fields.') ? JSON.stringify(name) : `"${name}"`}:`
  }
}

const writer = new JsonWriter()

/** The record as one JSON object on one line, without the line's end. */
export function recordJson(batch: FlowBatch, i: number): string {
  writer.json = ''
  visitRecord(batch, i, writer)
  return `${writer.json}}`
}
