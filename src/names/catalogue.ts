import type { Dissector } from '../dissectors/dissector.ts'
import { httpApplications } from '../dissectors/http-applications/index.gen.ts'
import { allDissectors } from '../dissectors/index.gen.ts'
import type { RuleFault } from '../lib/custom-rules.ts'
import { type AddressRanges, knownRanges } from './address-ranges.ts'
import { serverNameTables } from './applications/index.ts'
import { namesOf } from './applications/table.ts'
import { categories } from './categories.ts'
import { type CustomCategories, type CustomRules, type CustomTexts, compileCategories, compileRules } from './custom-names.ts'
import { protocols } from './default-ports.ts'
import { serverCategories } from './server-categories.ts'
import { ServerNames } from './server-names.ts'

/** What is known of an application. The name is the stable key; `id` is given at start-up and never stored. */
export interface Application {
  readonly id: number
  readonly name: string
  readonly category: string
  readonly about: string
  /** Usual server ports. */
  readonly tcpPorts: readonly number[]
  readonly udpPorts: readonly number[]
  /** IP protocol numbers (IANA) that are this application by themselves. */
  readonly ipProtocols: readonly number[]
}
type Declared = Omit<Application, 'id'>

/** The application of which nothing is known. */
export const UNKNOWN = 0
/** Ids fit into 16 bits. */
export const MAX_APPLICATIONS = 65_535
export const CATEGORY_UNSPECIFIED = 0
/** Category ids of flows fit into 15 bits. */
const MAX_CATEGORIES = 32_000
/** What is known of an application that a rule brought. */
export const CUSTOM = 'By a custom rule'
/** Names of master and application together that are kept. */
const MAX_PAIRS = 16_384

const TCP = 6
const UDP = 17
const SCTP = 132

/** Protocols whose category stays theirs whatever the name they speak of, or the server they speak to: name services, and mail. */
const KEEP_CATEGORY = ['DNS', 'MDNS', 'LLMNR', 'NetBIOS', 'SMTP', 'SMTPS', 'POP3', 'POPS', 'IMAP', 'IMAPS']

/**
 * The one registry of applications: from dissectors, from lists of server names, from the table of protocols, and what custom rules add. Ids depend on what
 * was declared and in which order alone, so that all threads of a process agree on them.
 */
export class Catalogue {
  private readonly byId: Application[] = []
  private readonly byName = new Map<string, Application>()
  /** Joined once: every row of a list asks. */
  private readonly pairNames = new Map<number, string>()
  private readonly pairs = new Map<string, readonly [number, number]>()
  private byLowerCase: ReadonlyMap<string, number> | undefined
  private readonly categoryIds: number[] = []
  private readonly tcp = new Uint16Array(65_536)
  private readonly udp = new Uint16Array(65_536)
  private readonly ip = new Uint16Array(256)
  private readonly serverApplications = new ServerNames()
  private readonly serverCategoryIds = new ServerNames()
  /** Application ids by owner of `ranges`; absent until an address is first asked for. */
  private ownerIds: Uint16Array | undefined
  private keepCategory: ReadonlySet<number> = new Set()
  readonly categories: string[] = [...categories]
  /** What users have said, while they have. */
  rules: CustomRules | undefined
  customCategories: CustomCategories | undefined

  constructor(declared: Iterable<Declared> = []) {
    this.add('Unknown', 'Unspecified', 'Not recognised')
    for (const application of declared) this.register(application)
    this.keepCategory = new Set(KEEP_CATEGORY.map((name) => this.idOf(name)).filter((id) => id !== UNKNOWN))
  }

  get applications(): readonly Application[] {
    return this.byId
  }
  /** By name, spelled exactly; undefined when there is none. */
  get(name: string): Application | undefined {
    return this.byName.get(name)
  }
  /** UNKNOWN when there is none of this name. */
  idOf(name: string): number {
    return this.byName.get(name)?.id ?? UNKNOWN
  }
  nameOf(id: number): string {
    return this.byId[id]?.name ?? 'Unknown'
  }
  categoryIdOf(id: number): number {
    return this.categoryIds[id] ?? CATEGORY_UNSPECIFIED
  }

  /** `Master.App`, or the one name when there is only one, or both are the same. */
  pairName(master: number, app: number): string {
    const key = master * (MAX_APPLICATIONS + 1) + app
    let name = this.pairNames.get(key)
    if (name === undefined) {
      name = this.joinNames(master, app)
      if (this.pairNames.size < MAX_PAIRS) this.pairNames.set(key, name)
    }
    return name
  }
  private joinNames(master: number, app: number): string {
    if (app === UNKNOWN || app === master) return this.nameOf(master)
    return master === UNKNOWN ? this.nameOf(app) : `${this.nameOf(master)}.${this.nameOf(app)}`
  }
  /** The ids of a `Master.App` as `pairName` writes it, however it is spelled; 0 for what is not known. */
  pairNamed(text: string): readonly [master: number, app: number] {
    const known = this.pairs.get(text)
    if (known !== undefined) return known
    const dot = text.indexOf('.')
    const whole = this.anyCase(text)
    const pair = whole !== UNKNOWN || dot < 0 ? ([whole, UNKNOWN] as const) : this.pairOf(text.slice(0, dot), text.slice(dot + 1))
    if (this.pairs.size < MAX_PAIRS) this.pairs.set(text, pair)
    return pair
  }
  private pairOf(master: string, app: string): readonly [number, number] {
    const [first, second] = [this.anyCase(master), this.anyCase(app)]
    return first === UNKNOWN ? [second, UNKNOWN] : [first, second]
  }
  private anyCase(name: string): number {
    this.byLowerCase ??= new Map(this.byId.map(({ name: known }, id) => [known.toLowerCase(), id]))
    return this.idOf(name) || (this.byLowerCase.get(name.toLowerCase()) ?? UNKNOWN)
  }

  /**
   * Category of a flow: that of its very server (`categoryOfServer`, -1 for none), else of the application inside, else of the protocol; but some protocols
   * keep theirs.
   */
  pairCategoryId(master: number, app: number, ofServer = -1): number {
    if (app === UNKNOWN ? ofServer < 0 : this.keepCategory.has(master)) return this.categoryIdOf(master)
    // What a rule brought has none of its own.
    return ofServer >= 0 ? ofServer : this.categoryIdOf(app) || this.categoryIdOf(master)
  }

  /** Id of the application that this server is known for, or -1. */
  applicationOfServer(serverName: string): number {
    return this.serverApplications.lookup(serverName)
  }
  /** The text of the list of server names by which `applicationOfServer` finds one. */
  textOfServer(serverName: string): string | undefined {
    return this.serverApplications.textFor(serverName)
  }
  /** Id of the category that this very server has whatever its application, or -1: first as a user says. */
  categoryOfServer(serverName: string): number {
    const custom = this.customCategories?.ofServer(serverName) ?? -1
    return custom >= 0 ? custom : this.serverCategoryIds.lookup(serverName)
  }

  /** Id of the category that a user gave this address, or -1. */
  categoryOfAddress(w0: number, w1: number, w2: number, w3: number): number {
    return this.customCategories?.ofEnds({ w0, w1, w2, w3, port: 0 }) ?? -1
  }

  /**
   * Takes what users say, in the place of what they said before. Applications and categories of rules that are gone keep their ids. Rules with faults are
   * left out.
   */
  customise({ applications, categories: lists, namesSoFar }: CustomTexts): RuleFault[] {
    for (const [id, name] of categories.entries()) this.categories[id] = name
    const idsInLowerCase = new Map(this.byId.map(({ name, id }) => [name.toLowerCase(), id]))
    const applicationId = (name: string): number | undefined => {
      const id = idsInLowerCase.get(name.toLowerCase()) ?? this.add(name, 'Unspecified', CUSTOM)
      idsInLowerCase.set(name.toLowerCase(), id)
      return id === UNKNOWN ? undefined : id
    }
    for (const name of namesSoFar.applications) applicationId(name)
    for (const name of namesSoFar.categories) this.customCategoryId(name)
    const rules = compileRules(applications, applicationId)
    const given = compileCategories(
      lists,
      (name) => this.customCategoryId(name),
      (name, to) => {
        this.categories[this.customCategoryId(name)!] = to
      },
    )
    this.rules = rules.compiled
    this.customCategories = given.compiled
    return [...rules.faults, ...given.faults]
  }

  /** By its own name or by the one that it was given; made when there is none. */
  private customCategoryId(name: string): number | undefined {
    const isThis = (one: string) => one.toLowerCase() === name.toLowerCase()
    const known = categories.findIndex(isThis)
    if (known >= 0) return known
    const added = this.categories.findIndex(isThis)
    if (added >= 0) return added
    return this.categories.length < MAX_CATEGORIES ? this.categoryId(name) : undefined
  }

  /** The application whose servers have this address and hardly anybody else's, or UNKNOWN. */
  applicationOfAddress(w0: number, w1: number, w2: number, w3: number): number {
    const owner = this.ranges.lookup(w0, w1, w2, w3)
    return owner < 0 ? UNKNOWN : this.ownerIds![owner]!
  }
  /** The network that says so. */
  networkOfAddress(w0: number, w1: number, w2: number, w3: number): string | undefined {
    return this.ranges.networkOf(w0, w1, w2, w3)
  }
  private get ranges(): AddressRanges {
    const ranges = knownRanges()
    this.ownerIds ??= Uint16Array.from(ranges.owners, (name) => this.idOf(name))
    return ranges
  }

  /** The application whose usual server port this is, or UNKNOWN. The lower port is asked first: servers have the lower ones. */
  guessByPort(proto: number, srcPort: number, dstPort: number): number {
    const ports = proto === UDP ? this.udp : proto === TCP || proto === SCTP ? this.tcp : undefined
    if (ports === undefined) return this.ip[proto] ?? UNKNOWN
    return ports[Math.min(srcPort, dstPort)] || ports[Math.max(srcPort, dstPort)] || UNKNOWN
  }

  /** Some application usually has this port at its server, or a rule says so. */
  isServerPort(proto: number, port: number): boolean {
    return (
      this.guessByPort(proto, port, port) !== UNKNOWN || ((proto === TCP || proto === UDP) && (this.rules?.ofPort(proto, port) ?? -1) >= 0)
    )
  }
  /** Adds an application, or gives the id of the one that has this name already. */
  add(name: string, category = 'Unspecified', about = ''): number {
    return this.register({ name, category, about, tcpPorts: [], udpPorts: [], ipProtocols: [] })
  }
  /** A server name for an application (server-names.ts); the later one wins. */
  addServerName(text: string, app: number): boolean {
    return this.serverApplications.add(text, app)
  }
  addServerCategory(text: string, category: string): boolean {
    return this.serverCategoryIds.add(text, this.categoryId(category))
  }

  private register(declared: Declared): number {
    const known = this.byName.get(declared.name)
    if (known === undefined && this.byId.length > MAX_APPLICATIONS) return UNKNOWN
    const id = known?.id ?? this.byId.length
    // Who came first keeps its category and a port that two claim.
    this.byId[id] = known === undefined ? { ...declared, id } : merged(known, declared)
    this.byName.set(declared.name, this.byId[id]!)
    this.pairs.clear()
    this.byLowerCase = undefined
    if (known === undefined) this.categoryIds[id] = this.categoryId(declared.category)
    for (const port of declared.tcpPorts) this.tcp[port] ||= id
    for (const port of declared.udpPorts) this.udp[port] ||= id
    for (const proto of declared.ipProtocols) this.ip[proto] ||= id
    return id
  }

  /** Id of a category, which is added when it is new. */
  categoryId(name: string): number {
    const id = this.categories.indexOf(name)
    return id >= 0 ? id : this.categories.push(name) - 1
  }
}

const merged = (first: Application, second: Declared): Application => ({
  ...first,
  about: first.about || second.about,
  tcpPorts: first.tcpPorts.length > 0 ? first.tcpPorts : second.tcpPorts,
  udpPorts: first.udpPorts.length > 0 ? first.udpPorts : second.udpPorts,
  ipProtocols: first.ipProtocols.length > 0 ? first.ipProtocols : second.ipProtocols,
})

/** Everything the program knows by itself, sorted by name so that ids do not depend on the order of files. */
export function createCatalogue(dissectors: readonly Dissector[] = allDissectors): Catalogue {
  const declared = [
    ...dissectors.map(ownOf),
    ...dissectors.flatMap(othersOf),
    ...fromHttpApplications(),
    ...fromTable(),
    ...fromServerNames(),
  ]
  // A stable sort: of one name its own dissector's word comes first, then that of others who may find it.
  const catalogue = new Catalogue(declared.sort((a, b) => compare(a.name, b.name)))
  for (const { names } of serverNameTables)
    for (const [name, list] of Object.entries(names)) for (const text of namesOf(list)) catalogue.addServerName(text, catalogue.idOf(name))
  for (const [category, list] of Object.entries(serverCategories))
    for (const text of namesOf(list)) catalogue.addServerCategory(text, category)
  return catalogue
}

// Not localeCompare: the order must not depend on where the program runs.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function ownOf(d: Dissector): Declared {
  const over = [d.over ?? []].flat()
  return {
    name: d.name,
    category: d.category,
    about: d.about,
    tcpPorts: d.tcpPorts ?? (over.includes('tcp') ? (d.ports ?? []) : []),
    udpPorts: d.udpPorts ?? (over.includes('udp') ? (d.ports ?? []) : []),
    ipProtocols: d.ipProtocols ?? [],
  }
}
function othersOf(d: Dissector): Declared[] {
  const none = { tcpPorts: [], udpPorts: [], ipProtocols: [] }
  return Object.entries(d.alsoNames ?? {}).map(([name, category]) => ({ name, category, about: `Found by ${d.name}`, ...none }))
}

const fromHttpApplications = (): Declared[] =>
  httpApplications.flatMap(({ name, category, about }) =>
    name === undefined ? [] : [{ name, category, about, tcpPorts: [], udpPorts: [], ipProtocols: [] }],
  )

function fromTable(): Declared[] {
  return Object.entries(protocols).flatMap(([category, list]) =>
    list.split('\n').flatMap((line) => {
      const [name, ...numbers] = namesOf(line)
      if (name === undefined) return []
      const of = (kind: string) => numbers.filter((n) => n.startsWith(kind)).map((n) => Number(n.slice(kind.length)))
      return { name, category, about: '', tcpPorts: of('tcp/'), udpPorts: of('udp/'), ipProtocols: of('ip/') }
    }),
  )
}

function fromServerNames(): Declared[] {
  return serverNameTables.flatMap(({ category, names }) =>
    Object.keys(names).map((name) => ({
      name,
      category,
      about: 'By the names of its servers',
      tcpPorts: [],
      udpPorts: [],
      ipProtocols: [],
    })),
  )
}
