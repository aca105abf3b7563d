/** What users add to the names that the program knows by itself, ready to be looked up. */
import type { RuleFault } from '../lib/custom-rules.ts'
import { AddressPrefixes, type End } from './address-prefixes.ts'
import { type Matcher, type ParsedRules, parseList, parseRules, type Rule } from './custom-rules.ts'
import { ServerNames } from './server-names.ts'

export interface RuleText {
  /** How faults and reasons call it. */
  readonly file: string
  readonly text: string
  /** A plain list: all that is in it has this category. */
  readonly category?: string
}

/** All that threads need to know to agree. */
export interface CustomTexts {
  readonly applications: readonly RuleText[]
  readonly categories: readonly RuleText[]
  /** Names that rules have had since the start, those of removed rules too, in the order in which they came. */
  readonly namesSoFar: NamesSoFar
}
export interface NamesSoFar {
  readonly applications: readonly string[]
  readonly categories: readonly string[]
}

export const NO_CUSTOM_TEXTS: CustomTexts = { applications: [], categories: [], namesSoFar: { applications: [], categories: [] } }

const NOTHING = -1
const PORTS = 65_536
const TCP = 6

export interface RuleSource {
  readonly file: string
  readonly line: number
}

/** The rules that name applications. A look-up gives the number of a rule, or -1. */
export class CustomRules {
  private readonly names = new ServerNames()
  private readonly addresses = new AddressPrefixes()
  /** Number of the rule + 1, by port. */
  private readonly tcp = new Int32Array(PORTS)
  private readonly udp = new Int32Array(PORTS)
  private readonly sources: RuleSource[] = []
  private readonly apps: number[] = []

  get count(): number {
    return this.apps.length
  }

  add(matchers: readonly Matcher[], app: number, source: RuleSource): void {
    const rule = this.apps.push(app) - 1
    this.sources.push(source)
    for (const matcher of matchers) {
      if (matcher.kind === 'name') this.names.add(matcher.text, rule)
      else if (matcher.kind === 'address') this.addresses.add(matcher.network, matcher.port, rule)
      else (matcher.over === 'tcp' ? this.tcp : this.udp).fill(rule + 1, matcher.from, matcher.to + 1)
    }
  }

  /** The application that a rule names. */
  appOf(rule: number): number {
    return this.apps[rule]!
  }
  sourceOf(rule: number): RuleSource {
    return this.sources[rule]!
  }
  /** How many rules name each application. */
  counts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const app of this.apps) counts.set(app, (counts.get(app) ?? 0) + 1)
    return counts
  }

  ofServer(name: string): number {
    return this.names.lookup(name)
  }
  /** `proto` is that of layer 4. */
  ofPort(proto: number, serverPort: number): number {
    return (proto === TCP ? this.tcp : this.udp)[serverPort]! - 1
  }
  /** By addresses. */
  ofEnds(server: End, client: End): number {
    return this.addresses.size === 0 ? NOTHING : this.addresses.either(server, client)
  }
}

/** Which categories servers and addresses have because a user says so. */
export class CustomCategories {
  private readonly names = new ServerNames()
  private readonly addresses = new AddressPrefixes()

  get isEmpty(): boolean {
    return this.names.size + this.addresses.size === 0
  }
  add(matchers: readonly Matcher[], category: number): void {
    for (const matcher of matchers) {
      if (matcher.kind === 'name') this.names.add(matcher.text, category)
      else if (matcher.kind === 'address') this.addresses.add(matcher.network, 0, category)
    }
  }
  ofServer(name: string): number {
    return this.names.lookup(name)
  }
  ofEnds(server: End, client?: End): number {
    return this.addresses.size === 0 ? NOTHING : this.addresses.either(server, client)
  }
}

/** The id of an application or category of this name, made when there is none; undefined: there is no room for more. */
type IdOf = (name: string) => number | undefined

export interface Compiled<T> {
  /** Undefined: there are no rules, and nothing is looked up. */
  readonly compiled: T | undefined
  readonly faults: readonly RuleFault[]
}

export function compileRules(texts: readonly RuleText[], idOf: IdOf): Compiled<CustomRules> {
  const compiled = new CustomRules()
  const faults = eachRule(
    texts,
    ({ file, text }) => parseRules(file, text),
    (rule, file) => {
      const id = idOf(rule.name)
      if (id === undefined) return 'there are as many applications as there can be'
      compiled.add(rule.matchers, id, { file, line: rule.line })
      return undefined
    },
  )
  return { compiled: compiled.count === 0 ? undefined : compiled, faults }
}

/** `rename` gives a category another name. */
export function compileCategories(
  texts: readonly RuleText[],
  idOf: IdOf,
  rename: (name: string, to: string) => void,
): Compiled<CustomCategories> {
  const compiled = new CustomCategories()
  const parsed = texts.map((text) => [text, parse(text)] as const)
  // First, so that lines may use the new names wherever they stand.
  for (const { name, given } of parsed.flatMap(([, { rules }]) => rules)) if (given !== '') rename(name, given)
  const read = new Map(parsed)
  const faults = eachRule(
    texts,
    (text) => read.get(text)!,
    (rule) => {
      if (rule.matchers.length === 0) return undefined
      const id = idOf(rule.name)
      if (id === undefined) return 'there are as many categories as there can be'
      compiled.add(rule.matchers, id)
      return undefined
    },
  )
  return { compiled: compiled.isEmpty ? undefined : compiled, faults }
}

const parse = ({ file, text, category }: RuleText): ParsedRules =>
  category === undefined ? parseRules(file, text, 'categories') : parseList(file, text, category)

/** Adds the names that these texts bring to those that there have been, so that threads that begin later give the same ids. */
export function withNames(soFar: NamesSoFar, applications: readonly RuleText[], categories: readonly RuleText[]): NamesSoFar {
  const ofCategories = categories.flatMap((text) => parse(text).rules)
  const renamed = new Set(ofCategories.map(({ given }) => given))
  return {
    applications: added(
      soFar.applications,
      applications.flatMap(({ file, text }) => parseRules(file, text).rules),
    ),
    categories: added(
      soFar.categories,
      ofCategories.filter(({ name }) => !renamed.has(name)),
    ),
  }
}
const added = (soFar: readonly string[], rules: readonly Rule[]): string[] => [
  ...new Set([...soFar, ...rules.filter(({ matchers }) => matchers.length > 0).map(({ name }) => name)]),
]

function eachRule(
  texts: readonly RuleText[],
  parse: (text: RuleText) => ParsedRules,
  take: (rule: Rule, file: string) => string | undefined,
): RuleFault[] {
  return texts.flatMap((text) => {
    const { file } = text
    const { rules, faults } = parse(text)
    const refused = rules.flatMap((rule) => {
      const message = take(rule, file)
      return message === undefined ? [] : [{ file, line: rule.line, column: rule.column, message }]
    })
    return [...faults, ...refused].sort((a, b) => a.line - b.line)
  })
}
