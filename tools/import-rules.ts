/**
 * Which folder may import from which: docs/architecture.md has the picture. Works on texts alone, so that its test can plant what must not be.
 */
import { posix } from 'node:path'

/** In the order in which traffic flows; each imports only from those before it. They run in a browser too. */
const PURE = ['lib', 'wire', 'dissectors', 'names', 'risks', 'tables', 'query']
/** Wire protocols with sockets of their own, which several of those below speak. */
const CARRIERS = ['zmtp']
/** These and the faces import what is above them, and know their neighbours only through interfaces in lib. */
const IN_AND_OUT = ['sources', 'programs', 'probe', 'history', 'state', 'exports', 'recording', 'alerts', 'instances']
const FACES = ['scripting', 'reports', 'api', 'cli']
/** Packages that need nothing of Node. */
const PURE_PACKAGES: readonly string[] = []
/** What of src/ the console takes in; of the rest it knows types. */
const SHARED_WITH_WEB = ['lib', 'query']

const IS_TEST = /(?:^|\/)(?:testing(?:-[^/]+)?|[^/]+-testing|[^/]+\.(?:test|conformance))\.tsx?$/
const WIRING = /^src\/[^/]+\.ts$/

export interface Violation {
  readonly file: string
  readonly line: number
  readonly why: string
}

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
  readonly line: number
}

export function checkImports(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  for (const [file, text] of files) {
    const code = withoutComments(text)
    for (const found of importsOf(code)) {
      const why = faultOf(file, found)
      if (why !== undefined) violations.push({ file, line: found.line, why })
    }
    for (const { line, why } of globalsOf(file, code)) violations.push({ file, line, why })
  }
  return violations
}

function faultOf(file: string, { specifier, typeOnly }: Import): string | undefined {
  const isTest = IS_TEST.test(file)
  if (!specifier.startsWith('.')) return isTest ? undefined : packageFault(file, specifier)
  const target = posix.join(posix.dirname(file), specifier)
  if (!isTest && IS_TEST.test(target)) return `${target} is for tests`
  if (file.startsWith('web/')) return webFault(target, typeOnly)
  if (!file.startsWith('src/') || WIRING.test(file)) return undefined
  if (WIRING.test(target)) return `${target} wires the parts: nobody imports it`
  if (!target.startsWith('src/')) return /\.json$/.test(target) || isTest ? undefined : `${target} is outside src/`
  const [from, to] = [folderOf(file), folderOf(target)]
  return from === to || isAbove(to, from) ? undefined : `${from}/ may not import from ${to}/`
}

const folderOf = (path: string): string => path.split('/')[1] ?? ''

function packageFault(file: string, specifier: string): string | undefined {
  if (!file.startsWith('src/') || !PURE.includes(folderOf(file))) return undefined
  if (specifier.startsWith('node:')) return `${specifier}: ${folderOf(file)}/ runs in a browser too`
  return PURE_PACKAGES.includes(specifier) ? undefined : `${specifier}: not among the packages that pure folders may use`
}

function webFault(target: string, typeOnly: boolean): string | undefined {
  if (!target.startsWith('src/') || typeOnly || SHARED_WITH_WEB.includes(folderOf(target))) return undefined
  return `web/ may import only types from ${folderOf(target)}/`
}

function isAbove(upper: string, lower: string): boolean {
  if (PURE.includes(lower)) return PURE.includes(upper) && PURE.indexOf(upper) < PURE.indexOf(lower)
  if (CARRIERS.includes(lower)) return PURE.includes(upper)
  if (IN_AND_OUT.includes(lower)) return PURE.includes(upper) || CARRIERS.includes(upper)
  return FACES.includes(lower) && (PURE.includes(upper) || CARRIERS.includes(upper) || IN_AND_OUT.includes(upper))
}

const IMPORT =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*$\s{},]*?\sfrom\s+|\{[^}]*\}\s*from\s+)?(['"])([^'"\n]+)\2|\bimport\(\s*(['"])([^'"\n]+)\4/gm

function importsOf(code: string): Import[] {
  return [...code.matchAll(IMPORT)].map((match) => ({
    specifier: match[3] ?? match[5]!,
    typeOnly: match[1] !== undefined,
    line: lineAt(code, match.index + match[0].length),
  }))
}

/** Names that only Node has, where a browser should do. */
const NODE_GLOBAL = /(?<![\w$.'"`-])(process|Buffer|__dirname|require|setImmediate)(?=\s*[.([])/g

function globalsOf(file: string, code: string): { line: number; why: string }[] {
  if (!file.startsWith('src/') || !PURE.includes(folderOf(file)) || WIRING.test(file) || IS_TEST.test(file)) return []
  return [...code.matchAll(NODE_GLOBAL)].map((match) => ({
    line: lineAt(code, match.index),
    why: `${match[1]}: ${folderOf(file)}/ runs in a browser too`,
  }))
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** Lines stay where they are. Strings are stepped over, so that a // in one begins no comment. */
function withoutComments(text: string): string {
  return text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (part) =>
    part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part,
  )
}
