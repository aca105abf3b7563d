import { createCatalogue } from '../names/catalogue.ts'
import { evidenceText, type ProtocolInfo, portsText, protocolList } from '../names/protocols.ts'
import { command } from './command.ts'
import { readCustomNames } from './custom-names.ts'
import { flag, withoutDefault } from './option.ts'
import { options } from './options.ts'
import { EXIT_FAILED, EXIT_FINE } from './usage-error.ts'

const SECTION = 'List'
const GAP = 2
const ELLIPSIS = '…'

export default command({
  name: 'protocols',
  summary: 'List the protocols and applications that can be recognised, and how.',
  operands: '[WORD…]',
  options: {
    json: flag({ section: SECTION, about: 'JSON lines: one a protocol, with all that is known of it.' }),
    'ndpi-protocols': { ...withoutDefault(options['ndpi-protocols']), section: SECTION },
  },
  async run({ options: { json, ndpiProtocols }, operands, terminal }) {
    const catalogue = createCatalogue()
    catalogue.customise(readCustomNames({ ndpiProtocols, category: [] }, terminal).texts)
    const found = protocolList(catalogue).filter((one) => operands.every((word) => has(one, word)))
    if (found.length === 0) {
      terminal.err(`wiretop: protocols: nothing has ${operands.join(' and ')} in its name, category, ports or description\n`)
      return EXIT_FAILED
    }
    if (json) for (const one of found) terminal.out(`${JSON.stringify(one)}\n`)
    else terminal.out(table(found, terminal.columns))
    return EXIT_FINE
  },
})

/** A number is a port or an IP protocol, or stands in the name; a word may stand anywhere. */
function has(one: ProtocolInfo, word: string): boolean {
  if (/^\d+$/.test(word)) return one.name.includes(word) || [...one.tcpPorts, ...one.udpPorts, ...one.ipProtocols].includes(Number(word))
  const lower = word.toLowerCase()
  return [one.name, one.category, one.about, evidenceText(one)].some((text) => text.toLowerCase().includes(lower))
}

function table(list: readonly ProtocolInfo[], columns: number | undefined): string {
  const rows = [
    ['NAME', 'CATEGORY', 'PORTS', 'RECOGNISED BY'],
    ...list.map((one) => [one.name, one.category, portsText(one), evidenceText(one)]),
  ]
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)))
  // What is recognised comes last and takes what is left; a pipe gets all of it.
  const portsWidth = columns === undefined ? widths[2]! : Math.min(widths[2]!, Math.max(12, Math.floor(columns / 4)))
  const lines = rows.map(([name, category, ports, by]) => {
    const line = `${name!.padEnd(widths[0]! + GAP)}${category!.padEnd(widths[1]! + GAP)}${cut(ports!, portsWidth).padEnd(portsWidth + GAP)}${by}`
    return columns === undefined ? line : cut(line, columns)
  })
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}${ELLIPSIS}` : text)
