/** All protocols and applications that can be recognised: how, and how many flows there are of each now. */
import '../../styles/list.css'
import '../../styles/protocols.css'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import type { ProtocolInfo } from '../../../src/names/protocols.ts'
import { ApplicationViews } from '../../components/application-views.tsx'
import { Icon } from '../../components/icons.tsx'
import { download, ExportButton } from '../../components/list/export-menu.tsx'
import { Answered, Empty } from '../../components/panel.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { toCsv } from '../../lib/csv.ts'
import { useCurrentId } from '../../lib/current.ts'
import { formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, type Place, places, useChangeView, useOpen, useView } from '../../lib/nav.tsx'
import { ProtocolPanel } from './protocol-panel.tsx'
import { filtered, flowsByProtocol, type ProtocolRow, portsOf, SORTS, type Sort, sorted } from './protocol-rows.ts'
import { flowsNowQuery, protocolsQuery } from './protocols.queries.ts'

/** What is usually wanted of these first is the largest. */
const DESCENDING_FIRST: readonly Sort[] = ['flows']
const CSV_COLUMNS = ['name', 'category', 'by', 'ports', 'about', 'serverNames', 'customRules', 'flows']

const flowsOf = (name: string): Place => places.flows(`app = ${quoted(name)}`)
export const byText = ({ by, inside, serverNames, customRules }: ProtocolInfo): string =>
  by.map((evidence) => t(`evidence.${evidence}`, { inside: inside.join(', '), names: serverNames, rules: customRules })).join('; ')

const FILES = ['csv', 'json'] as const

export default function ProtocolsPage() {
  const asked = useQuery(protocolsQuery)
  return <Answered of={asked}>{(protocols) => <Protocols protocols={protocols} />}</Answered>
}

function Protocols({ protocols }: { readonly protocols: readonly ProtocolInfo[] }) {
  const { filter = '', sort: wanted, order, row: selected } = useView()
  const change = useChangeView()
  const open = useOpen()
  const flows = useFlowsNow()
  const sort = SORTS.find((name) => name === wanted) ?? 'name'
  const isDescending = order === undefined ? DESCENDING_FIRST.includes(sort) : order === 'desc'
  const all = useMemo(
    () =>
      protocols.map(
        (protocol): ProtocolRow => ({ protocol, by: byText(protocol), ports: portsOf(protocol), flows: flows.get(protocol.name) ?? 0 }),
      ),
    [protocols, flows],
  )
  const rows = useMemo(() => sorted(filtered(all, filter), sort, isDescending), [all, filter, sort, isDescending])
  const shown = all.find(({ protocol }) => protocol.name === selected)
  const select = (name: string) => change({ row: name }, { replace: selected !== undefined })
  const onSort = (next: Sort) => {
    const turned = next === sort ? !isDescending : DESCENDING_FIRST.includes(next)
    change({ sort: next === 'name' ? '' : next, order: turned === DESCENDING_FIRST.includes(next) ? '' : turned ? 'desc' : 'asc' })
  }
  return (
    <div className="list">
      <div className="list-bar">
        <h1 className="list-title">{t('protocols')}</h1>
        <span className="list-count num">
          {rows.length === all.length
            ? t('rows.count', { n: all.length })
            : t('rows.of', { matching: formatExact(rows.length), n: t('rows.count', { n: all.length }) })}
        </span>
        <ApplicationViews value="protocols" />
        <span className="list-tools">
          <ExportButton kinds={FILES} onChoose={(as) => exportRows(rows, as)} />
        </span>
      </div>
      <div className="filter-line">
        <Icon name="filter" />
        <input
          type="search"
          className="filter-input"
          aria-label={t('filter')}
          placeholder={t('protocols.filter')}
          autoCapitalize="off"
          spellCheck={false}
          value={filter}
          onChange={(event) => change({ filter: event.target.value }, { replace: true })}
        />
      </div>
      <div className="list-main">
        <div className="list-table">
          {rows.length === 0 ? (
            <Empty title={t('noRows.filtered')}>
              <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => change({ filter: '' })}>
                {t('filter.clear')}
              </button>
            </Empty>
          ) : (
            <div className="protocols">
              <table aria-label={t('table', { what: t('protocols') })}>
                <thead>
                  <tr>
                    {SORTS.map((name) => (
                      <Head key={name} name={name} sort={sort} isDescending={isDescending} onSort={onSort} />
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row
                      key={row.protocol.name}
                      row={row}
                      isSelected={row.protocol.name === selected}
                      onSelect={() => select(row.protocol.name)}
                      onOpen={() => open(flowsOf(row.protocol.name))}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
        {shown && (
          <ProtocolPanel
            row={shown}
            onClose={() => change({ row: '' }, { replace: true })}
            onOpen={() => open(flowsOf(shown.protocol.name))}
          />
        )}
      </div>
    </div>
  )
}

const NONE: ReadonlyMap<string, number> = new Map()
function useFlowsNow(): ReadonlyMap<string, number> {
  const id = useCurrentId()
  const { data } = useQuery({ ...flowsNowQuery(id ?? -1), enabled: id !== undefined })
  return useMemo(() => (data === undefined ? NONE : flowsByProtocol(data)), [data])
}

interface HeadProps {
  readonly name: Sort
  readonly sort: Sort
  readonly isDescending: boolean
  readonly onSort: (name: Sort) => void
}
function Head({ name, sort, isDescending, onSort }: HeadProps) {
  const isSorted = name === sort
  return (
    <th scope="col" className={`protocols-${name}`} aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" title={name === 'flows' ? t('protocols.flows.about') : undefined} onClick={() => onSort(name)}>
        {t(`protocols.${name}`)} {isSorted && <Icon name={isDescending ? 'down' : 'up'} size={12} />}
      </button>
    </th>
  )
}

interface RowProps {
  readonly row: ProtocolRow
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onOpen: () => void
}
function Row({ row: { protocol, by, ports, flows }, isSelected, onSelect, onOpen }: RowProps): ReactNode {
  return (
    <tr aria-selected={isSelected} onClick={onSelect} onDoubleClick={onOpen}>
      <th scope="row" className="protocols-name">
        <button type="button" title={protocol.about}>
          <Cut text={protocol.name} />
        </button>
      </th>
      <td className="protocols-category">{protocol.category}</td>
      <td className="protocols-by" title={by}>
        {by === '' ? <span className="faint">{t('protocols.notYet')}</span> : by}
      </td>
      <td className="protocols-ports num" title={ports}>
        {ports}
      </td>
      <td className="protocols-flows num">
        {flows > 0 && (
          <Go place={flowsOf(protocol.name)} onClick={(event) => event.stopPropagation()}>
            {formatExact(flows)}
          </Go>
        )}
      </td>
    </tr>
  )
}

function exportRows(rows: readonly ProtocolRow[], as: 'csv' | 'json'): void {
  const flat = rows.map(({ protocol, by, ports, flows }) => ({ ...protocol, flows, ...(as === 'csv' && { by, ports }) }))
  if (as === 'csv') download('protocols.csv', 'text/csv', toCsv(flat, CSV_COLUMNS, {}))
  else download('protocols.json', 'application/json', JSON.stringify(flat, null, 1))
}
