import { type Line, line, span } from './line.ts'
import { padEnd, wrap } from './width.ts'

/** Every key, as docs/top.md has them. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['1 2 3 4 5, Tab', 'flows, hosts, applications, interfaces, exporters; Shift-Tab goes back'],
  ['↑ ↓ k j, PgUp PgDn', 'select a row; it stays selected wherever it moves'],
  ['Home End, g G', 'first and last row'],
  ['Enter', 'all that is known of the selected flow or host; the flows of an application or exporter; looks at an interface'],
  ['Escape', 'back: closes the pane, lets the row go, then takes the filter back'],
  ['/', 'filter; Tab completes, ↑ ↓ choose, Enter filters, Escape leaves'],
  ['< >, ← →', 'sort by the column to the left, to the right'],
  ['r', 'reverse the order'],
  ['f', 'the flows of the selected host, application or exporter'],
  ['c, C', 'copy the address: of a host or the client, of the server'],
  ['Space', 'pause; the figures stay until it is pressed again'],
  ['+ - d', 'refresh less often, more often, every so many seconds'],
  ['i', 'choose another interface'],
  ['? h', 'this help'],
  ['Ctrl-L, Ctrl-Z', 'draw anew, go to the background'],
  ['q, Ctrl-C', 'quit'],
  ['Mouse', 'click a row to select and again to open it, a head to sort, a tab to look; the wheel scrolls'],
]

const KEY_WIDTH = 20

export const helpLines = (width: number): Line[] => [
  line('Keys', 'title'),
  ...KEYS.flatMap(([keys, what]) =>
    wrap(what, width - KEY_WIDTH - 2).map((part, i) => [span(`  ${padEnd(i === 0 ? keys : '', KEY_WIDTH)}`, 'key'), span(part)]),
  ),
  [],
  [
    span('  ↑ sent', 'sent'),
    span('  by the client, by the host    '),
    span('↓ received', 'rcvd'),
    span('    0.5 k = 500, 1 M = 1,000,000'),
  ],
  line('  Filters: app = TLS and host in 10.0.0.0/8 and bytes > 1M   docs/filter-language.md', 'dim'),
]
