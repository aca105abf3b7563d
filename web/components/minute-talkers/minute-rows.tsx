import type { FlowAnswer } from '../../../src/lib/history.ts'
import type { Ranked } from '../../charts/ranked.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBytes } from '../../lib/format.ts'
import { showable } from '../../lib/text.ts'
import { Cut, quoted } from '../value.tsx'
import { exploreView, type Minute } from './minute.ts'

export const GROUPINGS = ['host', 'app', 'client,server,app'] as const
export type By = (typeof GROUPINGS)[number]

type Shown = Pick<Ranked, 'given' | 'label' | 'name' | 'place' | 'title'>

const SHOWN: Readonly<Record<By, (values: readonly string[], minute: Minute) => Shown>> = {
  host: ([address = ''], minute) => ({
    name: address,
    title: address,
    label: <span className="address">{address}</span>,
    place: { to: '/explore', search: exploreView(minute, 'app', `host = ${address}`) },
    given: { field: 'host', kind: 'address', value: address },
  }),
  app: ([app = ''], minute) => ({
    name: showable(app),
    title: showable(app),
    label: (
      <>
        <span className="dot" style={{ background: colourOf(app) }} />
        <Cut text={app} />
      </>
    ),
    place: { to: '/explore', search: exploreView(minute, 'client,server', `app = ${quoted(app)}`) },
    given: { field: 'app', kind: 'app', value: app },
  }),
  'client,server,app': ([client = '', server = '', app = ''], minute) => {
    const text = `${client} → ${server}`
    const filter = `client = ${client} and server = ${server} and app = ${quoted(app)}`
    return {
      name: text,
      title: `${text} · ${showable(app)}`,
      label: (
        <span className="minute-flow">
          <span className="address">{text}</span> <span className="faint">{showable(app)}</span>
        </span>
      ),
      place: { to: '/explore', search: { ...exploreView(minute, 'app', filter), tab: 'flows' } },
      given: { field: 'client', kind: 'address', value: client },
    }
  },
}

/** Groups by size; the last cell of each is its bytes. */
export const rowsOf = ({ rows }: FlowAnswer, by: By, minute: Minute): Ranked[] =>
  rows.map((cells) => {
    const values = cells.slice(0, -1).map(String)
    const bytes = Number(cells.at(-1))
    return {
      key: values.join(' '),
      value: formatBytes(bytes),
      parts: [{ value: bytes, colour: 'var(--accent)' }],
      ...SHOWN[by](values, minute),
    }
  })
