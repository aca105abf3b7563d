/** Where flow records are sent; nothing where they are sent nowhere. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ExportInfo } from '../../../src/lib/flow-export.ts'
import { Panel } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { api } from '../../lib/api.ts'
import { formatBytes, formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }) => api.exports(signal),
  refetchInterval: 2000,
})

export function ExportsPanel() {
  const exports = useQuery(exportsQuery).data?.exports ?? []
  if (exports.length === 0) return null
  return (
    <Panel title={t('exports')}>
      <Table
        label={t('exports')}
        rows={exports}
        keyOf={({ endpoint }) => endpoint}
        columns={[
          { name: 'to', head: t('exports.to'), wide: true, cell: (one) => <To one={one} /> },
          { name: 'peers', head: t('exports.peers'), numeric: true, cell: ({ peers }) => formatExact(peers) },
          { name: 'records', head: t('exports.records'), numeric: true, cell: ({ records }) => formatExact(records) },
          { name: 'bytes', head: t('bytes'), numeric: true, cell: ({ bytes }) => formatBytes(bytes) },
          { name: 'waiting', head: t('exports.waiting'), numeric: true, cell: ({ waiting }) => formatExact(waiting) },
          {
            name: 'dropped',
            head: t('exports.dropped'),
            title: t('exports.dropped.about'),
            numeric: true,
            cell: ({ dropped }) => <span className={dropped > 0 ? 'text-warning-strong' : ''}>{formatExact(dropped)}</span>,
          },
        ]}
      />
    </Panel>
  )
}

function To({ one: { endpoint, faults, peers } }: { readonly one: ExportInfo }) {
  const latest = faults.at(-1)
  return (
    <>
      <span className="address">{showable(endpoint)}</span>
      {peers === 0 && latest !== undefined && <span className="text-warning-strong"> {showable(latest)}</span>}
    </>
  )
}
