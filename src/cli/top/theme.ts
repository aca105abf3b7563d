/** How roles look, by what the terminal can show. Values are the parameters of SGR (ECMA-48 §8.3.117). */
import type { Role } from './line.ts'

/** Bits of colour, as `tty.WriteStream.getColorDepth` says them; 1: none. */
export type ColourDepth = 1 | 4 | 8 | 24
export type Theme = Readonly<Record<Role, string>>

type Rgb = readonly [red: number, green: number, blue: number]
interface Colour {
  /** SGR number among the 16 colours, which a user may have chosen for himself. */
  readonly of16: number
  readonly of256: number
  readonly rgb: Rgb
}

/** Sent and received are the colours that they have in the console. */
const SENT: Colour = { of16: 33, of256: 215, rgb: [232, 154, 60] }
const RCVD: Colour = { of16: 36, of256: 75, rgb: [90, 159, 224] }
const SPARK: Colour = { of16: 32, of256: 78, rgb: [98, 200, 132] }
const RED: Colour = { of16: 31, of256: 203, rgb: [240, 110, 100] }
const YELLOW: Colour = { of16: 33, of256: 221, rgb: [232, 200, 96] }

function ink({ of16, of256, rgb }: Colour, depth: ColourDepth): string {
  if (depth === 1) return ''
  if (depth === 4) return `;${of16}`
  return depth === 8 ? `;38;5;${of256}` : `;38;2;${rgb.join(';')}`
}

const BOLD = ';1'
const DIM = ';2'
const UNDERLINE = ';4'
const REVERSE = ';7'

export function themeOf(depth: ColourDepth): Theme {
  return {
    plain: '',
    dim: DIM,
    strong: BOLD,
    title: BOLD + ink(SPARK, depth),
    tab: BOLD + REVERSE,
    key: BOLD,
    sent: ink(SENT, depth),
    rcvd: ink(RCVD, depth),
    spark: ink(SPARK, depth),
    head: UNDERLINE,
    sorted: UNDERLINE + BOLD + ink(SPARK, depth),
    selected: REVERSE,
    warn: BOLD + ink(YELLOW, depth),
    error: BOLD + ink(RED, depth),
  }
}
