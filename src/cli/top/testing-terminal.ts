/** For tests: a terminal small enough to be trusted. It knows what the live view writes and throws at anything else. */
import { glyphsOf } from './width.ts'

const SECOND_COLUMN = ''
const ESC = '\u001b'

interface Cell {
  text: string
  sgr: string
}

export class TestTerminal {
  readonly width: number
  readonly height: number
  readonly modes = new Set<string>(['25', '7'])
  /** Texts put on the clipboard. */
  readonly copied: string[] = []
  /** What it was asked about, for the test to answer. */
  readonly asked: string[] = []
  /** Until the screen is next erased what lies outside of it is cut, as a terminal does; else it is a fault. */
  isNarrowed = false
  private cells: Cell[][]
  private main: Cell[][] | undefined
  private x = 0
  private y = 0
  private sgr = ''
  private pending = ''

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.cells = this.blank()
  }

  private blank(): Cell[][] {
    return Array.from({ length: this.height }, () => Array.from({ length: this.width }, () => ({ text: ' ', sgr: '' })))
  }

  /** What is seen, without spaces at the ends of lines. */
  lines(): string[] {
    return this.cells.map((row) =>
      row
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
  }
  text(): string {
    return this.lines().join('\n')
  }
  /** With the attributes of every cell. */
  look(): string {
    return this.cells.map((row) => row.map(({ text, sgr }) => `${sgr}|${text}`).join('\n')).join('\n\n')
  }
  get cursor(): { x: number; y: number; isSeen: boolean } {
    return { x: this.x, y: this.y, isSeen: this.modes.has('25') }
  }
  sgrAt(x: number, y: number): string {
    return this.cells[y]![x]!.sgr
  }

  write(text: string): void {
    this.pending += text
    for (;;) {
      const used = this.one(this.pending)
      if (used === 0) return
      this.pending = this.pending.slice(used)
    }
  }

  /** How many characters were used; 0: more have to come. */
  private one(text: string): number {
    if (text === '') return 0
    if (text[0] !== ESC) return this.plain(text)
    const csi = /^\u001b\[([?]?)([\d;]*)(\$?)([A-Za-z])/.exec(text)
    if (csi !== null) {
      this.csi(csi[1]! + csi[3]! + csi[4]!, csi[2]!)
      return csi[0].length
    }
    const osc = /^\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007/.exec(text)
    if (osc !== null) {
      this.copied.push(Buffer.from(osc[1]!, 'base64').toString())
      return osc[0].length
    }
    if (/^\u001b(\[[?\d;]*\$?|\][\dc;A-Za-z+/=]*)?$/.test(text)) return 0
    throw new Error(`the terminal was sent ${JSON.stringify(text.slice(0, 40))}`)
  }

  private csi(kind: string, parameters: string): void {
    const numbers = parameters.split(';').map((n) => Number(n || 0))
    if (kind === '?h' || kind === '?l') for (const mode of parameters.split(';')) this.mode(mode, kind === '?h')
    else if (kind === '?$p') this.asked.push(parameters)
    else if (kind === 'm') this.sgr = parameters === '0' ? '' : parameters.replace(/^0;/, '')
    else if (kind === 'H') [this.y, this.x] = [(numbers[0] || 1) - 1, (numbers[1] || 1) - 1]
    else if (kind === 'J' && parameters === '2') this.erase()
    else throw new Error(`the terminal was sent CSI ${parameters} ${kind}`)
  }

  private erase(): void {
    this.cells = this.blank()
    this.isNarrowed = false
  }

  private mode(mode: string, isOn: boolean): void {
    if (mode === '1049' && isOn !== this.modes.has(mode)) {
      if (isOn) [this.main, this.cells] = [this.cells, this.blank()]
      else this.cells = this.main ?? this.blank()
    }
    if (isOn) this.modes.add(mode)
    else this.modes.delete(mode)
  }

  private plain(text: string): number {
    if (text[0] === '\n' || text[0] === '\r') {
      if (text[0] === '\n') this.y = Math.min(this.height - 1, this.y + 1)
      else this.x = 0
      return 1
    }
    const run = /^[^\p{Cc}]+/u.exec(text)?.[0]
    if (run === undefined) throw new Error(`the terminal was sent a control: ${JSON.stringify(text.slice(0, 20))}`)
    for (const glyph of glyphsOf(run)) this.put(glyph.text, glyph.width)
    return run.length
  }

  private put(text: string, width: number): void {
    if (this.modes.has('7') && this.x + width > this.width) [this.x, this.y] = [0, Math.min(this.height - 1, this.y + 1)]
    const row = this.cells[this.y]
    const isOutside = row === undefined || this.x + width > this.width
    if (isOutside && this.isNarrowed) return
    if (isOutside) throw new Error(`written outside the screen, at ${this.x},${this.y}: ${text}`)
    // Half of a wide character is no character: the other half goes.
    if (row[this.x]!.text === SECOND_COLUMN) row[this.x - 1] = { text: ' ', sgr: row[this.x - 1]!.sgr }
    const behind = this.x + width
    if (behind < this.width && row[behind]!.text === SECOND_COLUMN) row[behind] = { text: ' ', sgr: row[behind]!.sgr }
    row[this.x] = { text, sgr: this.sgr }
    if (width === 2) row[this.x + 1] = { text: SECOND_COLUMN, sgr: this.sgr }
    this.x = behind
  }
}
