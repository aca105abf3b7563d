/** `key=value key="value with blanks"` as firewalls write it, and the extensions of CEF; scanned once, from front to back. */

const MAX_KEYS = 256
const MAX_VALUE = 1024
const isKeyChar = (c: number): boolean =>
  (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 45 || c === 46

/** The last of several of one name holds. Undefined: there are none. */
export function readKeyValues(text: string): Record<string, string> | undefined {
  const found: Record<string, string> = {}
  let count = 0
  let keyAt = 0
  for (let at = 0; at < text.length && count < MAX_KEYS; ) {
    const c = text.charCodeAt(at)
    if (c === 61 && at > keyAt) {
      const name = text.slice(keyAt, at)
      const [value, next] = valueAt(text, at + 1)
      if (name !== '__proto__') found[name] = value
      count++
      at = keyAt = next
    } else {
      at++
      if (!isKeyChar(c)) keyAt = at
    }
  }
  return count === 0 ? undefined : found
}

function valueAt(text: string, at: number): [value: string, next: number] {
  if (text[at] !== '"') {
    let end = at
    while (end < text.length && text.charCodeAt(end) > 32) end++
    return [text.slice(at, Math.min(end, at + MAX_VALUE)).replace(/,$/, ''), end]
  }
  let value = ''
  let end = at + 1
  for (; end < text.length && text[end] !== '"'; end++) {
    if (text[end] === '\\' && end + 1 < text.length) end++
    if (value.length < MAX_VALUE) value += text[end]
  }
  return [value, end + 1]
}

export interface Cef {
  readonly vendor: string
  readonly product: string
  readonly signatureId: string
  readonly name: string
  readonly severity: string
  readonly extension: Readonly<Record<string, string>>
}
const CEF = 'CEF:'
const HEAD = 7

/** ArcSight's Common Event Format, revision 25: seven fields with bars between, then extensions. Undefined: it is none. */
export function readCef(text: string): Cef | undefined {
  const begin = text.indexOf(CEF)
  if (begin < 0) return undefined
  const head: string[] = []
  let field = ''
  let at = begin + CEF.length
  for (; at < text.length && head.length < HEAD; at++) {
    const c = text[at]!
    if (c === '|') {
      head.push(field)
      field = ''
    } else if (field.length < MAX_VALUE) field += c === '\\' && at + 1 < text.length ? text[++at]! : c
  }
  if (head.length < HEAD) return undefined
  const [, vendor, product, , signatureId, name, severity] = head as [string, string, string, string, string, string, string]
  return { vendor, product, signatureId, name, severity, extension: extensions(text.slice(at)) }
}

/** Values may have blanks: one ends where the next key begins. `\=` and `\n` are no keys and no ends. */
function extensions(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  let count = 0
  let key = ''
  let value = ''
  let wordAt = 0
  const put = () => {
    if (key !== '' && key !== '__proto__' && count++ < MAX_KEYS) found[key] = value.trim().slice(0, MAX_VALUE)
  }
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!
    if (c === '\\' && at + 1 < text.length) {
      const next = text[++at]!
      value += next === 'n' || next === 'r' ? '\n' : next
    } else if (c === '=' && isKey(text, wordAt, at)) {
      value = value.slice(0, value.length - (at - wordAt))
      put()
      key = text.slice(wordAt, at)
      value = ''
      wordAt = at + 1
    } else {
      value += c
      if (c === ' ') wordAt = at + 1
    }
  }
  put()
  return found
}
function isKey(text: string, from: number, to: number): boolean {
  if (to === from || to - from > 64) return false
  for (let i = from; i < to; i++) if (!isKeyChar(text.charCodeAt(i))) return false
  return true
}
