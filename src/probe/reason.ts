import { showable } from '../lib/text.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import {
  ANNOUNCED,
  BY_ADDRESS,
  BY_EARLIER_FLOW,
  BY_EXPORTER,
  BY_INSIDE,
  BY_NOTHING,
  BY_PAYLOAD,
  BY_PORT,
  BY_RULE,
  BY_SERVER_NAME,
} from '../tables/naming.ts'
import { clientEnd } from '../tables/views/flow-view.ts'
import { type AddressWords, formatAddress } from '../wire/address.ts'

/** Why the flow has its name, in sentences: which bytes, name, address or port of which packet. Safe to show: names are as `showable` makes them. */
export function reasonOf(t: LiveTables, row: number): string {
  const { confidence } = t.flows.rows.go(row)
  return (SENTENCES[confidence] ?? nothing)(t, row)
}

type Sentence = (t: LiveTables, row: number) => string
const SENTENCES: Readonly<Record<number, Sentence>> = {
  [BY_NOTHING]: nothing,
  [BY_PORT]: byPort,
  [BY_ADDRESS]: byAddress,
  [BY_EARLIER_FLOW]: byEarlierFlow,
  [BY_INSIDE]: byInside,
  [BY_SERVER_NAME]: byServerName,
  [BY_EXPORTER]: byExporter,
  [BY_PAYLOAD]: byPayload,
  [BY_RULE]: byRule,
}

const UNRECOGNISED = 'Nothing in the payload was recognised'

function nothing(): string {
  return `${UNRECOGNISED}, and neither port nor address says anything.`
}

function byExporter(t: LiveTables, row: number): string {
  const { master, app } = t.flows.rows.go(row)
  return `The exporter says that it is ${t.options.catalogue.pairName(master, app)}.`
}

function byPort(t: LiveTables, row: number): string {
  const { catalogue } = t.options
  const { master, ports, meta } = t.flows.rows.go(row)
  const proto = (meta >>> 8) & 255
  const ofPort = (port: number) => catalogue.guessByPort(proto, port, port) === master
  const found = [ports & 0xffff, ports >>> 16].sort((a, b) => a - b).find(ofPort)
  return found === undefined || found === 0
    ? `IP protocol ${proto} is ${catalogue.nameOf(master)}.`
    : `${UNRECOGNISED}; port ${found} is usually ${catalogue.nameOf(master)}.`
}

function byAddress(t: LiveTables, row: number): string {
  const { catalogue } = t.options
  const { master } = t.flows.rows.go(row)
  const words = endsOf(t, row).find((end) => catalogue.applicationOfAddress(...end) === master)
  const network = words === undefined ? undefined : catalogue.networkOfAddress(...words)
  return `${UNRECOGNISED}; the address ${words === undefined ? '' : `${formatAddress(...words)} `}is in ${network ?? 'a network'} of ${catalogue.nameOf(master)}.`
}

function byEarlierFlow(t: LiveTables, row: number): string {
  const { catalogue } = t.options
  const { naming } = t
  const { master, firstSeenMs } = t.flows.rows.go(row)
  const app = catalogue.nameOf(master)
  if (naming.evidence.said(row)?.why === ANNOUNCED) return `Another flow announced ${app} between these ends.`
  for (const words of endsOf(t, row)) {
    const name = naming.lookupOf(...words, firstSeenMs)
    if (name !== undefined && catalogue.applicationOfServer(name) === master)
      return `${UNRECOGNISED}; DNS said that ${formatAddress(...words)} is ${showable(name)}, which ${ruleOf(t, name)}: ${app}.`
  }
  return `${UNRECOGNISED}; DNS said that the server is one of ${app}.`
}

function byInside(t: LiveTables, row: number): string {
  const { catalogue } = t.options
  const { app } = t.flows.rows.go(row)
  const said = t.naming.evidence.said(row)
  const name = catalogue.nameOf(app)
  if (app === 0 || said === undefined) return byPayload(t, row)
  const what = said.why === '' ? 'what it carries' : said.why
  return `${matched(t, row)} In packet ${packetText(t, row, said)} ${what} says ${name}.`
}

function byServerName(t: LiveTables, row: number): string {
  const { app } = t.flows.rows.go(row)
  const name = t.naming.details.serverName(row)
  return `${matched(t, row)} The server name ${showable(name)} ${ruleOf(t, name)}: ${t.options.catalogue.nameOf(app)}.`
}

function byPayload(t: LiveTables, row: number): string {
  const { app, dissector, meta, master } = t.flows.rows.go(row)
  const { catalogue } = t.options
  if (dissector === 0 || t.naming.evidence.match(row) === undefined)
    return `IP protocol ${(meta >>> 8) & 255} is ${catalogue.nameOf(master)}.`
  const said = t.naming.evidence.said(row)
  if (app === 0 || said === undefined) return matched(t, row)
  return `${matched(t, row)} What it carries is, from packet ${packetText(t, row, said)} on, ${described(t, app, -1)}.`
}

/** Looked up again: only the name is kept with a flow. */
function byRule(t: LiveTables, row: number): string {
  const { app, master, dissector } = t.flows.rows.go(row)
  const { catalogue } = t.options
  const { rules } = catalogue
  const named = app === 0 ? master : app
  const name = catalogue.nameOf(named)
  const serverName = t.naming.details.serverName(row)
  const found = [serverName === '' ? -1 : (rules?.ofServer(serverName) ?? -1), t.naming.ruleOfEnds()].find(
    (rule) => rule >= 0 && rules!.appOf(rule) === named,
  )
  const payload = dissector === 0 ? '' : `${matched(t, row)} `
  if (rules === undefined || found === undefined) return `${payload}A custom rule, which has been changed since, calls it ${name}.`
  const { file, line } = rules.sourceOf(found)
  return `${payload}The custom rule in ${file}, line ${line}, calls it ${name}.`
}

/** `Packet 4 (client → server) begins 16 03 01 02 00 01 00 01: TLS: what its signature rests on.` */
function matched(t: LiveTables, row: number): string {
  const { master } = t.flows.rows.go(row)
  const found = t.naming.evidence.match(row)
  if (found === undefined) return `It is ${t.options.catalogue.nameOf(master)}.`
  return `Packet ${packetText(t, row, found)} begins ${bytesText(found.bytes)}: ${described(t, master, found.dissector)}.`
}

/** Its name, and what the dissector that matched rests on; without one (-1) that of the same name. */
function described(t: LiveTables, app: number, dissector: number): string {
  const { dissectors } = t.recogniser
  const name = t.options.catalogue.nameOf(app)
  const about = (dissector < 0 ? dissectors.find((d) => d.name === name) : dissectors[dissector])?.about
  if (about === undefined) return name
  return new RegExp(`^${name}\\b`).test(about) ? about : `${name}: ${about}`
}

function packetText(t: LiveTables, row: number, { packet, direction }: { readonly packet: number; readonly direction: number }): string {
  const fromClient = direction === clientEnd(t.flows.rows.go(row).flags)
  return `${packet} (${fromClient ? 'client → server' : 'server → client'})`
}

/** In hexadecimal, and as text where all of it can be read. */
function bytesText(bytes: Uint8Array): string {
  const inHex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const isText = bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? `${inHex} “${String.fromCharCode(...bytes)}”` : inHex
}

/** `ends in googlevideo.com`, to be read after the name. */
function ruleOf(t: LiveTables, name: string): string {
  const text = t.options.catalogue.textOfServer(name)
  if (text === undefined || text === name.toLowerCase()) return 'is one of its servers'
  return /[.-]$/.test(text) ? `holds ${text}` : `ends in ${text}`
}

/** Both ends, the server first. */
function endsOf(t: LiveTables, row: number): readonly [AddressWords, AddressWords] {
  const { a0, a1, a2, a3, b0, b1, b2, b3, flags } = t.flows.rows.go(row)
  const a: AddressWords = [a0, a1, a2, a3]
  const b: AddressWords = [b0, b1, b2, b3]
  return clientEnd(flags) === 0 ? [b, a] : [a, b]
}
