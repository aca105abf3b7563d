import { isOperator, LOGIC, signed } from './grammar.ts'

export interface Token {
  /** `open` is a quoted text without its end, `bad` a character that begins nothing. */
  readonly type: 'word' | 'string' | 'sign' | 'open' | 'bad' | 'end'
  /** As written; of a quoted text, what it means. */
  readonly text: string
  readonly start: number
  readonly end: number
}

// Two dots end a word, so that 8000..8100 is three tokens. An apostrophe inside a word belongs to it.
const WORD = String.raw`(?!['"])(?:(?!\.\.)[^\s()",=<>!~&|])+`
const TOKEN = new RegExp(
  String.raw`\s+|(?<string>"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(?<open>["'][^]*)` +
    String.raw`|(?<sign>[=!<]=|<>|>=|!~|&&|\|\||\.\.|[()=<>!~,])|(?<word>${WORD})|(?<bad>[^])`,
  'uy',
)

/** The tokens of a text, the last of type `end`. */
export function lex(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text)!.groups!
    const end = TOKEN.lastIndex
    for (const type of ['string', 'open', 'sign', 'word', 'bad'] as const) {
      const part = found[type]
      if (part === undefined) continue
      tokens.push({ type, text: type === 'string' ? unescape_(part.slice(1, -1)) : part, start: at, end })
    }
  }
  tokens.push({ type: 'end', text: '', start: text.length, end: text.length })
  return tokens
}

const isReserved = (lower: string) => LOGIC.includes(lower) || isOperator(lower)
/** The sign, operator or keyword that a token is to the grammar; undefined for names and values. */
export function keywordOf({ type, text }: Token): string | undefined {
  if (type === 'sign') return signed(text)
  const lower = text.toLowerCase()
  return type === 'word' && isReserved(lower) ? lower : undefined
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' }
/** What quoted text means; a backslash before anything else is itself. */
export const unescape_ = (text: string): string =>
  text.replace(/\\(?:u([\da-fA-F]{4})|(["'\\nrt]))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? ESCAPES[letter]! : String.fromCharCode(Number.parseInt(hex, 16)),
  )

const ONE_WORD = new RegExp(`^${WORD}$`, 'u')
const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' }

export const quote = (text: string): string =>
  // Control and invisible direction characters and lone surrogates are written as numbers.
  `"${text.replace(/["\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/g, (c, at: number) =>
    isPaired(text, at) ? c : (NAMES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )}"`

/** Half of a surrogate pair whose other half is there. */
function isPaired(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  const other = text.charCodeAt((unit & 0xfc00) === 0xd800 ? at + 1 : at - 1) & 0xfc00
  return (unit & 0xf800) === 0xd800 && other === ((unit & 0xfc00) === 0xd800 ? 0xdc00 : 0xd800)
}

/** The value as filter text: quoted where it would not be read back as one word. */
export function quoteValue(text: string): string {
  return ONE_WORD.test(text) && !isReserved(text.toLowerCase()) && quote(text) === `"${text}"` ? text : quote(text)
}
