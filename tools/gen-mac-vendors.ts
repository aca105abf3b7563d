/**
 * Writes assets/mac-vendors.txt from the package oui-data (the IEEE's registries MA-L, MA-M, MA-S): one line a vendor, its name, a tab, and the prefixes of
 * 6, 7 or 9 hexadecimal digits assigned to it. `--check` only compares.
 */
import { createRequire } from 'node:module'
import { generated } from './generated.ts'

const registry = createRequire(import.meta.url)('oui-data') as Readonly<Record<string, string>>

// Forms of companies at the end of a name tell nothing about who made a card.
const FORM =
  /[\s,.(-]+(?:inc|incorporated|corp|corporation|co|company|ltd|ltda|limited|llc|llp|lp|gmbh|mbh|ag|kg|gmbh & co|bv|b\.v|nv|n\.v|sa|s\.a|sas|s\.a\.s|sarl|srl|s\.r\.l|spa|s\.p\.a|s\.l|sl|s\.l\.u|slu|ab|oy|oyj|as|a\/s|aps|plc|pty|pte|pvt|private|sdn|bhd|kk|k\.k|sro|s\.r\.o|zao|ooo|jsc|a\.s|z\.o\.o|sp\.z\.o\.o|sp\. z o\.o|d\.o\.o|kft)[\s.,)]*$/i

function nameOf(entry: string): string {
  let name = (entry.split('\n')[0] ?? '')
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  for (let i = 0; i < 5 && FORM.test(name); i++) name = name.replace(FORM, '')
  name = name.replace(/[\s,.&;]+$/, '')
  // Names in capitals throughout are read with difficulty: XEROX stays (it may be an abbreviation), HON HAI PRECISION does not.
  return /[a-z]/.test(name) || !name.includes(' ') ? name : name.replace(/[A-Z]{4,}/g, (word) => word[0] + word.slice(1).toLowerCase())
}

const vendors = new Map<string, { name: string; prefixes: string[] }>()
for (const [prefix, entry] of Object.entries(registry).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const name = nameOf(entry)
  if (name === '' || !/^(?:[0-9A-F]{6}|[0-9A-F]{7}|[0-9A-F]{9})$/.test(prefix)) continue
  const vendor = vendors.get(name.toLowerCase()) ?? { name, prefixes: [] }
  vendor.prefixes.push(prefix)
  vendors.set(name.toLowerCase(), vendor)
}
const lines = [...vendors.values()].map((v) => `${v.name}\t${v.prefixes.join(' ')}`).sort()
const wanted = `# Written by tools/gen-mac-vendors.ts from the IEEE registries in the package oui-data. Not to be edited.\n${lines.join('\n')}\n`

generated('assets/mac-vendors.txt', wanted)
