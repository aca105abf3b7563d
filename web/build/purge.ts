/** Every word of the quoted texts of a source file: whatever may be a class. */
export function wordsIn(source: string): string[] {
  return (source.match(/(["'`])(?:\\.|(?!\1)[^\\])*\1/gs) ?? []).flatMap((text) => text.match(/[\w-]+/g) ?? [])
}

const CLASS = /\.((?:[\w-]|\\.)+)/g

/** A selector stays when all its classes are known. */
function stays(selector: string, words: ReadonlySet<string>): boolean {
  const classes = [...selector.matchAll(CLASS)].map((found) => found[1]!.replaceAll('\\', ''))
  return classes.every((name) => words.has(name))
}

/** The selectors of a list; commas inside :not(…) do not part them. */
function selectors(list: string): string[] {
  const out: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < list.length; i++) {
    if (list[i] === '(') depth++
    else if (list[i] === ')') depth--
    else if (list[i] === ',' && depth === 0) {
      out.push(list.slice(from, i))
      from = i + 1
    }
  }
  return [...out, list.slice(from)]
}

/** Where the block that opens at `open` closes. */
function closing(css: string, open: number): number {
  let depth = 0
  for (let i = open; i < css.length; i++) {
    if (css[i] === '"') i = css.indexOf('"', i + 1)
    else if (css[i] === '{') depth++
    else if (css[i] === '}' && --depth === 0) return i
  }
  return css.length
}

/** The style sheet without the rules that need a class which no source names. */
export function purge(css: string, words: ReadonlySet<string>): string {
  let out = ''
  let at = 0
  const text = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^@charset[^;]*;/, '')
  for (let open = text.indexOf('{'); open !== -1; open = text.indexOf('{', at)) {
    const head = text.slice(at, open).trim()
    const end = closing(text, open)
    const body = text.slice(open + 1, end)
    at = end + 1
    if (head.startsWith('@media') || head.startsWith('@supports')) {
      const inner = purge(body, words)
      if (inner !== '') out += `${head}{${inner}}`
    } else if (head.startsWith('@')) {
      out += `${head}{${body}}`
    } else {
      const left = selectors(head).filter((selector) => stays(selector, words))
      if (left.length > 0) out += `${left.join(',')}{${body}}`
    }
  }
  return out
}
