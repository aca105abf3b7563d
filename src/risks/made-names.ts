/** Whether a domain name looks made by an algorithm: how unusual its letters follow each other, against the names that this project knows. */
import { serverNameTables } from '../names/applications/index.ts'
import { namesOf } from '../names/applications/table.ts'

/** Letters, '0' for any digit, '-', and the edge of a label. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyz0-.'
const SIZE = SIGNS.length
const EDGE = SIGNS.indexOf('.')
const DIGIT = SIGNS.indexOf('0')

function signAt(text: string, i: number): number {
  const c = text.charCodeAt(i)
  return c >= 0x61 && c <= 0x7a ? c - 0x61 : c >= 0x30 && c <= 0x39 ? DIGIT : c === 0x2d ? DIGIT + 1 : EDGE
}

/** Bits that the second of two signs costs after the first. */
let costs: Float32Array | undefined
function learn(): Float32Array {
  const counts = new Float64Array(SIZE * SIZE).fill(0.5)
  for (const { names } of serverNameTables)
    for (const list of Object.values(names))
      for (const name of namesOf(list)) {
        let before = EDGE
        for (let i = 0; i <= name.length; i++) {
          const sign = i < name.length ? signAt(name, i) : EDGE
          counts[before * SIZE + sign]! += 1
          before = sign
        }
      }
  return Float32Array.from(counts, (n, i) => {
    const row = Math.floor(i / SIZE) * SIZE
    let sum = 0
    for (let j = 0; j < SIZE; j++) sum += counts[row + j]!
    return -Math.log2(n / sum)
  })
}

/** Mean bits a letter. Words of any language that is written in these letters cost less than random ones. */
export function strangeness(label: string): number {
  costs ??= learn()
  let before = EDGE
  let bits = 0
  for (let i = 0; i < label.length; i++) {
    const sign = signAt(label, i)
    bits += costs[before * SIZE + sign]!
    before = sign
  }
  return bits / label.length
}

const MIN_LENGTH = 10
/** So many different signs are in ten random ones, but for one name in a thousand. */
const MIN_SIGNS = 6
/** Names that people made cost up to 6 bits a letter, some of Slavic languages up to 7; random letters 6.5 in the mean. */
const STRANGE = 6
const STRANGE_LETTERS = 7
/** Data in hexadecimal digits; hashes (SHA-1) that services are asked about are shorter. */
const HEX = /^[0-9a-f]{41,}$/
/** Second-level labels under which countries register names. */
const REGISTRIES = ['ac', 'co', 'com', 'edu', 'gov', 'ne', 'net', 'or', 'org']

/** What was said of names lately: most flows go to a few. All are forgotten when there is no more room. */
const said = new Map<string, boolean>()
const MAX_SAID = 4096

export function looksMade(name: string): boolean {
  const known = said.get(name)
  if (known !== undefined) return known
  if (said.size === MAX_SAID) said.clear()
  const made = isMade(name)
  said.set(name, made)
  return made
}

function isMade(name: string): boolean {
  const labels = name.split('.')
  if (labels.length < 2 || labels.at(-1) === 'arpa' || labels.at(-1) === 'local') return false
  if (HEX.test(labels[0]!)) return true
  const registered = labels.length > 2 && REGISTRIES.includes(labels.at(-2)!) ? labels.at(-3)! : labels.at(-2)!
  if (
    registered.length < MIN_LENGTH ||
    new Set(registered).size < MIN_SIGNS ||
    !/^[a-z0-9]+$/.test(registered) ||
    !/[a-z]/.test(registered)
  )
    return false
  return strangeness(registered) > (/[a-z]\d+[a-z]/.test(registered) ? STRANGE : STRANGE_LETTERS)
}
