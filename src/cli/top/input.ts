/**
 * Bytes of a terminal as keys, mouse events and pasted text: UTF-8, CSI and SS3 sequences (ECMA-48 §5.4, xterm's ctlseqs), SGR mouse reports (mode 1006)
 * and bracketed paste (mode 2004). Sequences may come in pieces; what is not known is left out whole, so that its parts are no keys.
 */

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'
  | 'delete'
  | 'backspace'
  | 'enter'
  | 'tab'
  | 'back-tab'
  | 'escape'

export type InputEvent =
  | { readonly type: 'key'; readonly key: KeyName }
  /** One character that can be seen. */
  | { readonly type: 'text'; readonly text: string }
  /** Control and a small letter. */
  | { readonly type: 'control'; readonly letter: string }
  | { readonly type: 'paste'; readonly text: string }
  /** Columns and rows from 0. */
  | { readonly type: 'mouse'; readonly what: 'press' | 'wheel-up' | 'wheel-down'; readonly x: number; readonly y: number }
  /** The terminal's answer to what it was asked about one of its modes. */
  | { readonly type: 'mode'; readonly mode: number; readonly isKnown: boolean }

const ESC = '\u001b'
const PASTE_BEGINS = '200~'
const PASTE_END = `${ESC}[201~`
/** No sequence that is meant is longer. */
const MAX_SEQUENCE = 64
/** As long as a filter may be. */
const MAX_PASTE = 8192

const LETTERS: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  Z: 'back-tab',
}
const NUMBERS: Readonly<Record<string, KeyName>> = {
  '1': 'home',
  '3': 'delete',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end',
}
const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\b': 'backspace',
  '\t': 'tab',
  '\n': 'enter',
  '\r': 'enter',
  '\u007f': 'backspace',
}

/** Parameter, intermediate and final bytes. */
const CSI_SEQUENCE = /^([\x30-\x3f]*)([\x20-\x2f]*)([\x40-\x7e])/
/** Bits of an SGR mouse report's button. */
const MOUSE_MOVED = 32
const MOUSE_WHEEL = 64
const MOUSE_BUTTON = 3
const MODE_REPORT = /^\?(\d{1,5});([0-4])$/

export class InputParser {
  private readonly utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  private pending = ''
  private pasted: string | undefined

  /** Whether a lone Escape, or the beginning of a sequence, waits for what follows. */
  get isWaiting(): boolean {
    return this.pending !== '' && this.pasted === undefined
  }

  feed(bytes: Uint8Array): InputEvent[] {
    this.pending += this.utf8.decode(bytes, { stream: true })
    return this.take(false)
  }

  /** Nothing has followed for a while: an Escape was the key of that name, and the beginning of a sequence nothing. */
  flush(): InputEvent[] {
    return this.take(true)
  }

  private take(isEnd: boolean): InputEvent[] {
    const events: InputEvent[] = []
    while (this.pending !== '') {
      if (this.pasted !== undefined) {
        if (!this.takePaste(events)) break
        continue
      }
      const used = this.takeOne(events, isEnd)
      if (used === 0) break
      this.pending = this.pending.slice(used)
    }
    return events
  }

  /** False: the paste goes on. */
  private takePaste(events: InputEvent[]): boolean {
    const end = this.pending.indexOf(PASTE_END)
    // The end may have come in part.
    const sure = end >= 0 ? end : Math.max(0, this.pending.length - PASTE_END.length + 1)
    this.pasted = (this.pasted + this.pending.slice(0, sure)).slice(0, MAX_PASTE)
    this.pending = this.pending.slice(end >= 0 ? end + PASTE_END.length : sure)
    if (end < 0) return false
    events.push({ type: 'paste', text: this.pasted })
    this.pasted = undefined
    return true
  }

  /** How many characters were used; 0: more have to come. */
  private takeOne(events: InputEvent[], isEnd: boolean): number {
    const { pending } = this
    if (pending[0] !== ESC) return takeCharacter(pending, events)
    const next = pending[1]
    if (next === undefined || next === ESC) {
      if (next === undefined && !isEnd) return 0
      events.push({ type: 'key', key: 'escape' })
      return 1
    }
    if (next === '[') return this.takeCsi(pending.slice(2), events, isEnd)
    if (next !== 'O') {
      // Alt and a key: none of ours.
      return 1 + String.fromCodePoint(pending.codePointAt(1)!).length
    }
    if (pending.length < 3) return isEnd ? 2 : 0
    const key = LETTERS[pending[2]!]
    if (key !== undefined) events.push({ type: 'key', key })
    return 3
  }

  private takeCsi(rest: string, events: InputEvent[], isEnd: boolean): number {
    // Reports without mode 1006: three characters follow.
    if (rest[0] === 'M') return rest.length >= 4 ? 6 : isEnd ? 2 + rest.length : 0
    const match = CSI_SEQUENCE.exec(rest.slice(0, MAX_SEQUENCE))
    if (match === null) {
      const isBroken = rest.length >= MAX_SEQUENCE || /[^\x20-\x3f]/.test(rest)
      return isBroken || isEnd ? 2 + /^[\x20-\x3f]*/.exec(rest.slice(0, MAX_SEQUENCE))![0].length : 0
    }
    const [whole, parameters, intermediate, final] = match as unknown as [string, string, string, string]
    if (parameters + final === PASTE_BEGINS) this.pasted = ''
    else events.push(...sequenceEvents(parameters, intermediate, final))
    return 2 + whole.length
  }
}

function takeCharacter(pending: string, events: InputEvent[]): number {
  const char = String.fromCodePoint(pending.codePointAt(0)!)
  const key = CONTROLS[char]
  const code = char.codePointAt(0)!
  if (key !== undefined) events.push({ type: 'key', key })
  else if (code >= 1 && code <= 26) events.push({ type: 'control', letter: String.fromCharCode(96 + code) })
  else if (!/\p{Cc}/u.test(char)) events.push({ type: 'text', text: char })
  return char.length
}

function sequenceEvents(parameters: string, intermediate: string, final: string): InputEvent[] {
  if (intermediate === '$' && final === 'y') {
    const [, mode, state] = MODE_REPORT.exec(parameters) ?? []
    // 0: not recognized (DEC STD 070, DECRPM).
    return mode === undefined ? [] : [{ type: 'mode', mode: Number(mode), isKnown: state === '1' || state === '2' }]
  }
  if (intermediate !== '') return []
  if (parameters.startsWith('<')) return final === 'M' ? mouseEvents(parameters) : []
  if (/[^\d;:]/.test(parameters)) return []
  const key = final === '~' ? NUMBERS[parameters.split(/[;:]/)[0]!] : LETTERS[final]
  return key === undefined ? [] : [{ type: 'key', key }]
}

function mouseEvents(parameters: string): InputEvent[] {
  const [, button, column, row] = /^<(\d{1,4});(\d{1,5});(\d{1,5})$/.exec(parameters) ?? []
  if (button === undefined) return []
  const bits = Number(button)
  const place = { x: Math.max(0, Number(column) - 1), y: Math.max(0, Number(row) - 1) }
  if (bits & MOUSE_MOVED) return []
  if (!(bits & MOUSE_WHEEL)) return (bits & MOUSE_BUTTON) === 0 ? [{ type: 'mouse', what: 'press', ...place }] : []
  const wheel = bits & MOUSE_BUTTON
  return wheel > 1 ? [] : [{ type: 'mouse', what: wheel === 0 ? 'wheel-up' : 'wheel-down', ...place }]
}
