/**
 * Writes what follows from the files of src/risks: the list of all (index.gen.ts), names and what shows them for those who know no checks
 * (src/lib/risks.gen.ts), and docs/risks.md. `--check` only compares.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { Risk } from '../src/risks/risk.ts'
import { clientScore, SCORES } from '../src/risks/risk.ts'
import { generated } from './generated.ts'

const folder = new URL('../src/risks/', import.meta.url)
const files = readdirSync(folder).filter(
  (f) => f.endsWith('.ts') && !/\.(?:test|gen)\.ts$/.test(f) && /^export default risk\(/m.test(readFileSync(new URL(f, folder), 'utf8')),
)
const declared = await Promise.all(
  files.map(async (file) => ({ file, risk: ((await import(new URL(file, folder).href)) as { default: Risk }).default })),
)
declared.sort((a, b) => a.risk.id - b.risk.id)
const identifier = (f: string) => `r_${f.slice(0, -3).replace(/[^a-z0-9]/g, '_')}`
const quoted = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`)
const scores = (r: Risk) => [SCORES[r.severity], clientScore(r), SCORES[r.severity] - clientScore(r)]

generated(
  'src/risks/index.gen.ts',
  `// Written by tools/gen-risks.ts from the folder: npm run gen. Not to be edited.
${files
  .sort()
  .map((f) => `import ${identifier(f)} from './${f}'`)
  .join('\n')}
import type { Risk } from './risk.ts'

/** By their numbers. */
export const allRisks: readonly Risk[] = [
${declared.map(({ file }) => `  ${identifier(file)},`).join('\n')}
]
`,
)

generated(
  'src/lib/risks.gen.ts',
  `// Written by tools/gen-risks.ts from src/risks: npm run gen. Not to be edited.
/** What is known of a risk beside its check. */
export interface RiskInfo {
  readonly name: string
  readonly severity: 'Low' | 'Medium' | 'High' | 'Severe'
  readonly score: number
  readonly clientScore: number
  readonly serverScore: number
}

/** By their numbers; the order in which the risks of a flow are told. */
export const RISKS = [
${declared
  .map(({ risk: r }) => {
    const [score, client, server] = scores(r)
    return `  { name: ${quoted(r.name)}, severity: '${r.severity}', score: ${score}, clientScore: ${client}, serverScore: ${server} },`
  })
  .join('\n')}
] as const satisfies readonly RiskInfo[]
export type RiskName = (typeof RISKS)[number]['name']
`,
)

const asked = ({ of }: Risk) => (of === 'any' ? 'any flow' : of === 'raised' ? 'the bytes' : of.join(', '))
generated(
  'docs/risks.md',
  `<!-- Written by tools/gen-risks.ts from src/risks: npm run gen. Not to be edited. -->
# Flow risks

What is wrong with a flow, or may be. Names, severities and scores are those that users of nDPI-based tools know. A flow's score is the sum over its risks; one
part of it is the client's, the other the server's, and a host's score is the sum of its parts over its live flows.

Filter with \`risk = "SQL Injection"\`, \`risk exists\`, \`score > 50\`. The flow page says what each risk means and what speaks for it.

Your own lists come in with \`--risk-list FILE\`: JA3 and JA4 fingerprints, SHA-1 of certificates, domain names, addresses and networks, one a line, with commas
or blanks around them and \`#\` before comments, as abuse.ch, Spamhaus and others publish them.

| risk | severity | score | client | server | told by | what it means |
|---|---|--:|--:|--:|---|---|
${declared
  .map(({ risk: r }) => {
    const [score, client, server] = scores(r)
    return `| ${r.name} | ${r.severity} | ${score} | ${client} | ${server} | ${asked(r)} | ${r.about} |`
  })
  .join('\n')}
`,
)
