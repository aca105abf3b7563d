/**
 * Puts lines onto a terminal: only what differs from the screen before is written, in one synchronized update where the terminal knows those,
 * so that nothing flickers. Sequences are those of ECMA-48 and of xterm (ctlseqs); mode 2026 is described by the terminals' common note on
 * synchronized output.
 */
import type { Line } from './line.ts'
import type { Theme } from './theme.ts'
import { glyphsOf } from './width.ts'

const ESC = '\u001b'
const CSI = `${ESC}[`
const BEGIN_UPDATE = `${CSI}?2026h`
const END_UPDATE = `${CSI}?2026l`
const ERASE_SCREEN = `${CSI}0m${CSI}2J`

export interface Cursor {
  /** From 0. */
  readonly x: number
  readonly y: number
}
interface Cell {
  /** '' in the second column of a wide character. */
  readonly text: string
  readonly sgr: string
}
const BLANK: Cell = { text: ' ', sgr: '' }
const SECOND_COLUMN = ''
const CONTROL = /\p{Cc}/u
const REPLACEMENT = '\ufffd'

export class Painter {
  private theme: Theme
  private before: Cell[][] = []
  private width = 0
  private height = 0
  private cursor: Cursor | undefined
  /** Set when the terminal has said that it can. */
  synchronized = false

  constructor(theme: Theme) {
    this.theme = theme
  }

  /** What stands on the terminal is not known any more: the next screen is written whole. */
  forget(): void {
    this.width = 0
  }

  /** What has to be written for the terminal to show these lines; '' when it does already. */
  paint(lines: readonly Line[], width: number, height: number, cursor?: Cursor): string {
    const isWhole = width !== this.width || height !== this.height
    if (isWhole) this.before = Array.from({ length: height }, () => Array.from({ length: width }, () => BLANK))
    this.width = width
    this.height = height
    let out = isWhole ? ERASE_SCREEN : ''
    for (let y = 0; y < height; y++) {
      const cells = this.cellsOf(lines[y] ?? [])
      out += difference(this.before[y]!, cells, y)
      this.before[y] = cells
    }
    const moved = cursor?.x !== this.cursor?.x || cursor?.y !== this.cursor?.y
    if (out === '' && !moved) return ''
    this.cursor = cursor
    out = `${out}${CSI}0m${cursor === undefined ? `${CSI}?25l` : `${moveTo(cursor.x, cursor.y)}${CSI}?25h`}`
    return this.synchronized ? BEGIN_UPDATE + out + END_UPDATE : `${CSI}?25l${out}`
  }

  private cellsOf(spans: Line): Cell[] {
    const cells: Cell[] = []
    for (const { text, role } of spans) {
      const sgr = this.theme[role]
      for (const glyph of glyphsOf(text)) {
        if (cells.length + glyph.width > this.width) break
        // Whoever made the line has seen to it already; a terminal must never get a control from here.
        cells.push({ text: CONTROL.test(glyph.text) ? REPLACEMENT : glyph.text, sgr })
        if (glyph.width === 2) cells.push({ text: SECOND_COLUMN, sgr })
      }
    }
    while (cells.length < this.width) cells.push(BLANK)
    return cells
  }
}

const moveTo = (x: number, y: number) => `${CSI}${y + 1};${x + 1}H`
const isSame = (a: Cell, b: Cell) => a.text === b.text && a.sgr === b.sgr
const isPlain = ({ text }: Cell) => text.length === 1 && text < '\u007f'
/** As many equal cells are cheaper written again than jumped over. */
const JUMP_COLUMNS = 8

/** Where a half of a wide character goes, its other half differs as well, so no half is left behind. */
function difference(before: readonly Cell[], now: readonly Cell[], y: number): string {
  let out = ''
  /** Column in which the terminal's cursor certainly stands, else -1; and what its attributes are. */
  let at = -1
  let sgr: string | undefined
  const put = (x: number) => {
    const cell = now[x]!
    if (cell.text === SECOND_COLUMN) return
    if (at !== x) out += moveTo(x, y)
    if (sgr !== cell.sgr) out += `${CSI}0${(sgr = cell.sgr)}m`
    out += cell.text
    // A terminal may take another number of columns for what is not plain than was counted here.
    at = isPlain(cell) ? x + 1 : -1
  }
  for (let x = 0; x < now.length; x++) {
    if (isSame(before[x]!, now[x]!)) continue
    if (at >= 0 && at < x && x - at <= JUMP_COLUMNS) for (let between = at; between < x; between++) put(between)
    put(x)
  }
  return out
}
