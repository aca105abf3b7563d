/** Writes docs/protocols.md from the dissectors and the tables of names. `--check` only compares. */
import { createCatalogue } from '../src/names/catalogue.ts'
import { evidenceText, type ProtocolInfo, portsText, protocolList } from '../src/names/protocols.ts'
import { generated } from './generated.ts'

const list = protocolList(createCatalogue())
const recognised = list.filter(({ by }) => by.length > 0)
const categories = [...new Set(list.map(({ category }) => category))].sort()
const cell = (text: string) => text.replaceAll('|', '\\|')
const row = (one: ProtocolInfo) =>
  `| ${[one.name, evidenceText(one), portsText(one), one.about, one.fields.map(({ label }) => label).join(', ')].map(cell).join(' | ')} |`

generated(
  'docs/protocols.md',
  `<!-- Written by tools/gen-protocols.ts from src/dissectors and src/names: npm run gen. Not to be edited. -->
# Protocols

${recognised.length} protocols and applications can be recognised; ${list.length - recognised.length} more have a name and nothing yet that tells them. \`wiretop protocols\` lists them in the terminal, the console under Protocols; [custom
rules](custom-rules.md) add more.

A flow is called \`Protocol.Application\`, as \`TLS.Google\`, where both are known. What it is recognised by, the strongest first:

- **payload**: the bytes that its ends exchange, checked against the protocol's layout;
- **inside**: what another protocol says that it carries;
- **server names**: the name that the client asked for, in TLS, QUIC, HTTP or DNS; in brackets how many names are known;
- **IP protocol**: the number in the IP header;
- **port**: a guess, where nothing else is known of a flow.
${categories
  .map(
    (category) =>
      `\n## ${category}\n\n| name | recognised by | usual ports | what it is | fields |\n|---|---|---|---|---|\n${list
        .filter((one) => one.category === category)
        .map(row)
        .join('\n')}\n`,
  )
  .join('')}`,
)
