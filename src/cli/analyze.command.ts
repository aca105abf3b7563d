import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { SourceError } from '../lib/source.ts'
import { takeMemoryFrom } from '../lib/table-memory.ts'
import { createCatalogue } from '../names/catalogue.ts'
import { openInput } from '../sources/open-source.ts'
import { LocalNetworks } from '../wire/address-class.ts'
import { isKnownLinkType } from '../wire/link-types.ts'
import { type Analysis, analyze, flowLine, flowRows, summaryLine } from './analyze.ts'
import { report } from './analyze-report.ts'
import { command, type Terminal } from './command.ts'
import { readCustomNames } from './custom-names.ts'
import { flag, withoutDefault } from './option.ts'
import { options } from './options.ts'
import { checkPacketFilter } from './packet-filter.ts'
import { readRiskLists, riskListsOf } from './risk-lists.ts'
import { EXIT_FINE, EXIT_USAGE } from './usage-error.ts'

const SECTION = 'Analysis'
const LINES_A_WRITE = 2000

export default command({
  name: 'analyze',
  summary: 'Read captures to their end and say what was in them.',
  operands: 'FILE…',
  minOperands: 1,
  options: {
    json: flag({ section: SECTION, about: 'JSON lines: one a flow, then a summary, for each capture.' }),
    explain: flag({ section: SECTION, about: 'Say with each flow why it has its name.' }),
    'no-recognition': flag({ section: SECTION, about: 'Headers and tables alone: applications are not recognised.' }),
    'local-networks': { ...options['local-networks'], section: SECTION },
    'risk-list': { ...options['risk-list'], section: SECTION },
    'ndpi-protocols': { ...withoutDefault(options['ndpi-protocols']), section: SECTION },
    category: { ...withoutDefault(options.category), section: SECTION },
    'packet-filter': { ...options['packet-filter'], section: SECTION },
  },
  async run({ options: given, operands, terminal, signal }) {
    const local = localNetworks(given.localNetworks)
    const catalogue = createCatalogue()
    catalogue.customise(readCustomNames(given, terminal).texts)
    const riskLists = riskListsOf(readRiskLists(given.riskList, terminal))
    const filter = checkPacketFilter(given.packetFilter)
    let status = EXIT_FINE
    if (operands.some(isLarge)) takeMemoryFrom((await import('../sources/native/large-pages.ts')).inLargePages)
    for (const path of operands) {
      if (signal.aborted) break
      try {
        const source = openInput(path, { knowsLinkType: isKnownLinkType, filter })
        const analysis = await analyze(source, basename(path), { catalogue, local, riskLists, recognise: !given.noRecognition }, signal)
        for (const fault of analysis.stats.faults) terminal.err(`wiretop: ${path}: ${fault}\n`)
        if (given.json) writeLines(analysis, terminal, given.explain === true)
        else terminal.out(report(analysis, terminal.columns ?? 100, given.explain === true))
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        terminal.err(`wiretop: ${error.message}\n`)
        status = EXIT_USAGE
      }
    }
    return status
  },
})

/** To have large pages takes as long as they spare with so many bytes of packets. */
const LARGE_CAPTURE = 100_000_000
const isLarge = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGE_CAPTURE

/** Checked by the option table already. */
export function localNetworks(texts: readonly string[] | undefined): LocalNetworks {
  const compiled = texts === undefined ? undefined : LocalNetworks.compile(texts)
  return compiled !== undefined && 'local' in compiled ? compiled.local : LocalNetworks.default()
}

function writeLines(analysis: Analysis, terminal: Terminal, explain: boolean): void {
  let lines: string[] = []
  for (const row of flowRows(analysis.tables)) {
    lines.push(flowLine(analysis, row, explain))
    if (lines.length < LINES_A_WRITE) continue
    terminal.out(`${lines.join('\n')}\n`)
    lines = []
  }
  lines.push(summaryLine(analysis))
  terminal.out(`${lines.join('\n')}\n`)
}
