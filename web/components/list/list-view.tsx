/** A list as every entity has it: filter line, facets, table, side panel; all of its state in the URL. */
import { ALL_INTERFACES } from '../../../src/lib/live.ts'
import '../../styles/list.css'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { DEFAULT_SORT, type Entity } from '../../../src/lib/fields.ts'
import { ApiError } from '../../lib/api.ts'
import { useCurrent, useCurrentId } from '../../lib/current.ts'
import { formatExact } from '../../lib/format.ts'
import { useKept } from '../../lib/kept.ts'
import { hasMessage, t } from '../../lib/messages.ts'
import { ListContext, type ListScope, type Place, useChangeView, useOpen, useView } from '../../lib/nav.tsx'
import { useHeld } from '../../lib/use-held.ts'
import { Held } from '../held.tsx'
import { Icon } from '../icons.tsx'
import { Empty, Failed, Skeleton } from '../panel.tsx'
import { RecordButton } from '../record/record-button.tsx'
import { ColumnChooser } from './column-chooser.tsx'
import { columnsFrom, columnsToUrl, type Row, rowKey, usualColumns } from './columns.ts'
import { DataTable, type Density } from './data-table.tsx'
import { ExportMenu } from './export-menu.tsx'
import { Facets } from './facets.tsx'
import { FilterLine } from './filter-line.tsx'
import { listQuery } from './list.queries.ts'
import { SidePanel } from './side-panel.tsx'

interface Props {
  readonly entity: Entity
  readonly title: string
  /** Always in force, beside what the user filters by. */
  readonly base?: string
  readonly placeOf?: (row: Row) => Place | undefined
  readonly nameOf: (row: Row) => ReactNode
  /** More for the side panel. */
  readonly more?: (row: Row) => ReactNode
  readonly aside?: ReactNode
  readonly heading?: boolean
}

export function ListView(props: Props) {
  const id = useCurrentId()
  return id === undefined ? null : <List key={`${props.entity} ${props.base ?? ''}`} {...props} id={id} />
}

/** By traffic now; where nothing flows any more, by what has flowed. */
function useUsualSort(entity: Entity): string {
  const ended = useCurrent()?.info.state === 'ended'
  return ended && DEFAULT_SORT[entity] === 'bps' ? 'bytes' : DEFAULT_SORT[entity]
}

const NO_ROWS: readonly Row[] = []
const joined = (base: string | undefined, filter: string) =>
  base === undefined ? filter : filter === '' ? base : `${base} and (${filter})`

function useRows(entity: Entity, id: number, key: { filter: string; sort: string; order: string }) {
  const asked = useInfiniteQuery(listQuery(entity, id, key))
  const pages = asked.data?.pages
  const answered = useMemo(() => {
    if (!pages) return NO_ROWS
    // Rows move between the asking of two pages; one stands where it was seen first.
    const seen = new Map<string, Row>()
    for (const page of pages)
      for (const row of page.items as readonly Row[]) if (!seen.has(rowKey(entity, row))) seen.set(rowKey(entity, row), row)
    return [...seen.values()]
  }, [pages, entity])
  const keyOf = useCallback((row: Row) => rowKey(entity, row), [entity])
  const held = useHeld(answered, keyOf, `${id} ${key.filter} ${key.sort} ${key.order}`)
  return { asked, first: pages?.[0], ...held }
}

function List({ entity, title, base, placeOf, nameOf, more, aside, heading = true, id }: Props & { readonly id: number }) {
  const view = useView()
  const change = useChangeView()
  const open = useOpen()
  const [keptDensity, keepDensity] = useKept('density', matchMedia('(pointer: coarse)').matches ? 'comfortable' : 'compact')
  const filter = view.filter ?? ''
  const usual = useUsualSort(entity)
  const sort = view.sort ?? usual
  const order = view.order === 'asc' ? 'asc' : 'desc'
  const usualOnes = usualColumns(entity, id === ALL_INTERFACES)
  const columns = useMemo(() => columnsFrom(view.columns, entity, usualOnes), [view.columns, entity, usualOnes])
  const density: Density = (view.density ?? keptDensity) === 'comfortable' ? 'comfortable' : 'compact'
  const key = useMemo(() => ({ filter: joined(base, filter), sort, order }), [base, filter, sort, order])
  const { asked, first, rows, gone, held, hold } = useRows(entity, id, key)

  const setFilter = useCallback((next: string) => change({ filter: next, row: '' }), [change])
  const scope = useMemo((): ListScope => ({ entity, filter, setFilter }), [entity, filter, setFilter])
  const onSort = (name: string) => change({ sort: name === usual ? '' : name, order: sort === name && order === 'desc' ? 'asc' : '' })
  const onColumns = (next: readonly string[]) => change({ columns: columnsToUrl(next, entity, usualOnes) }, { replace: true })
  const selectedRow = view.row === undefined ? undefined : rows.find((row) => rowKey(entity, row) === view.row)
  const onSelect = (row: Row | undefined) =>
    (row || view.row !== undefined) && change({ row: row ? rowKey(entity, row) : '' }, { replace: view.row !== undefined })
  const onOpen = (row: Row) => {
    const place = placeOf?.(row)
    if (place) open(place)
    else onSelect(row)
  }
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = asked
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const turnDensity = () => {
    const next = density === 'compact' ? 'comfortable' : 'compact'
    keepDensity(next)
    if (view.density !== undefined) change({ density: next }, { replace: true })
  }

  const fault =
    asked.error instanceof ApiError && asked.error.code === 'bad-filter'
      ? {
          message: asked.error.message,
          offset: Math.max(0, (asked.error.offset ?? 0) - (base === undefined ? 0 : base.length + ' and ('.length)),
        }
      : undefined
  const Title = heading ? 'h1' : 'h2'
  return (
    <ListContext value={scope}>
      <div className="list">
        <div className="list-bar">
          <Title className="list-title">{title}</Title>
          <span className="list-count num">
            {first &&
              (first.matching === first.total
                ? t('rows.count', { n: first.total })
                : t('rows.of', { matching: formatExact(first.matching), n: t('rows.count', { n: first.total }) }))}
          </span>
          {held && <Held />}
          {aside}
          <span className="list-tools">
            <button
              type="button"
              className="icon-button"
              onClick={turnDensity}
              aria-label={t('density', { density: t(`density.${density}`) })}
              title={t('density', { density: t(`density.${density}`) })}
            >
              <Icon name={density === 'compact' ? 'dense' : 'roomy'} />
            </button>
            <ColumnChooser entity={entity} columns={columns} usual={usualOnes} onColumns={onColumns} />
            {entity === 'flows' && (
              <RecordButton
                compact
                label={t('record.these')}
                what={key.filter === '' ? t('record.all') : t('record.filter', { filter: key.filter })}
                ask={{ interface: id, ...(key.filter !== '' && { filter: key.filter }) }}
              />
            )}
            <ExportMenu entity={entity} interfaceId={id} list={key} columns={columns} />
          </span>
        </div>
        <FilterLine entity={entity} interfaceId={id} filter={filter} onApply={setFilter} fault={fault} />
        <Facets entity={entity} interfaceId={id} filter={key.filter} />
        <div className="list-main">
          <div className="list-table" data-fetching={asked.isPlaceholderData || undefined}>
            {!first && asked.error && !fault ? (
              <Failed error={asked.error} retry={() => void asked.refetch()} />
            ) : !first ? (
              fault ? (
                <Empty title={t('filter.bad')}>{fault.message}</Empty>
              ) : (
                <Skeleton rows={14} />
              )
            ) : rows.length === 0 ? (
              <NoRows
                entity={entity}
                filtered={filter !== '' || base !== undefined}
                total={first.total}
                clear={filter === '' ? undefined : () => setFilter('')}
              />
            ) : (
              <DataTable
                entity={entity}
                rows={rows}
                gone={gone}
                columns={columns}
                onColumns={onColumns}
                sort={sort}
                order={order}
                onSort={onSort}
                density={density}
                nowMs={first.nowMs}
                selected={view.row}
                onSelect={onSelect}
                onOpen={onOpen}
                onNearEnd={onNearEnd}
                total={first.matching}
                label={t('table', { what: title })}
                hold={hold}
                footer={isFetchingNextPage ? <div className="grid-foot">{t('rows.more')}</div> : null}
              />
            )}
          </div>
          {selectedRow && (
            <SidePanel
              entity={entity}
              row={selectedRow}
              nowMs={first?.nowMs}
              title={nameOf(selectedRow)}
              onClose={() => onSelect(undefined)}
              onOpen={placeOf?.(selectedRow) ? () => onOpen(selectedRow) : undefined}
            >
              {more?.(selectedRow)}
            </SidePanel>
          )}
        </div>
      </div>
    </ListContext>
  )
}

function NoRows({
  entity,
  filtered,
  total,
  clear,
}: {
  readonly entity: Entity
  readonly filtered: boolean
  readonly total: number
  readonly clear: (() => void) | undefined
}) {
  const about = `empty_${entity}`
  if (!filtered || total === 0) return <Empty title={t('noRows')}>{hasMessage(about) && t(about)}</Empty>
  return (
    <Empty title={t('noRows.filtered')}>
      <p>{t('noRows.filteredAbout', { n: total })}</p>
      {clear && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={clear}>
          {t('filter.clear')}
        </button>
      )}
    </Empty>
  )
}
