/** Other wiretops: what each is doing, and all of them together. */
import '../../styles/detail.css'
import '../../styles/list.css'
import '../../styles/interfaces.css'
import '../../styles/instances.css'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { InstanceInfo, InstancesAnswer } from '../../../src/lib/instances.ts'
import { CourseLine } from '../../charts/course.tsx'
import { Choice } from '../../components/choice.tsx'
import { Held } from '../../components/held.tsx'
import { Icon } from '../../components/icons.tsx'
import { Answered, Empty } from '../../components/panel.tsx'
import { formatBits, formatCount, formatExact, formatRate } from '../../lib/format.ts'
import { useShortcut } from '../../lib/keys.ts'
import { levelOfFaults } from '../../lib/load.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { useHeld } from '../../lib/use-held.ts'
import { InstanceCard, stateWord } from './instance-card.tsx'
import { AddDialog } from './instance-dialogs.tsx'
import { filtered, SORTS, type Sort, sorted, sumsOf } from './instance-rows.ts'
import { instancesQuery } from './instances.queries.ts'

export default function InstancesPage() {
  const asked = useQuery(instancesQuery)
  const [adding, setAdding] = useState(false)
  const add = () => setAdding(true)
  return (
    <div className="detail">
      <header className="detail-head">
        <h1>{t('instances')}</h1>
        {asked.data && asked.data.instances.length > 0 && <AddButton onClick={add} />}
      </header>
      <Answered of={asked}>{(answer) => <Instances answer={answer} onAdd={add} />}</Answered>
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </div>
  )
}

const AddButton = ({ onClick }: { readonly onClick: () => void }) => (
  <button type="button" className="btn btn-sm btn-primary" onClick={onClick}>
    <Icon name="plus" size={14} /> {t('instances.add')}
  </button>
)

interface Props {
  readonly answer: InstancesAnswer
  readonly onAdd: () => void
}
function Instances({ answer: { instances, nowMs, file }, onAdd }: Props) {
  if (instances.length === 0)
    return (
      <Empty title={t('instances.none')}>
        <p>{t('instances.noneAbout')}</p>
        <AddButton onClick={onAdd} />
      </Empty>
    )
  return (
    <>
      <Sums instances={instances} />
      <List instances={instances} nowMs={nowMs} />
      <p className="instances-file faint">{file === undefined ? t('instances.notKept') : t('instances.kept', { file: showable(file) })}</p>
    </>
  )
}

function Sums({ instances }: { readonly instances: readonly InstanceInfo[] }) {
  const sums = useMemo(() => sumsOf(instances), [instances])
  const { up, bps, pps, flows, hosts, packets, dropped } = sums
  const n = instances.length
  const about = t('instances.sumAbout')
  return (
    <dl className="instance-sums panel" aria-label={t('instances.sums')}>
      <div className={up < n ? 'level-amber' : ''} title={t('instances.upAbout', { up, n })}>
        <dt>{t('instances.up')}</dt>
        <dd className="num">{t('instances.upOf', { up, n })}</dd>
      </div>
      <div className="instance-sums-rate" title={about}>
        <dt>{t('throughput')}</dt>
        <dd className="num">{formatBits(bps)}</dd>
        <CourseLine values={sums.course} label={t('instance.course', { bps: formatBits(bps) })} width={150} height={38} />
      </div>
      <div title={about}>
        <dt>{t('packetRate')}</dt>
        <dd className="num">{formatRate(pps, 'p')}</dd>
      </div>
      <div title={`${formatExact(flows)} · ${about}`}>
        <dt>{t('flows')}</dt>
        <dd className="num">{formatCount(flows)}</dd>
      </div>
      <div title={`${formatExact(hosts)} · ${about}`}>
        <dt>{t('hosts')}</dt>
        <dd className="num">{formatCount(hosts)}</dd>
      </div>
      <div className={`level-${levelOfFaults(dropped, packets)}`} title={`${t('drops.about')} · ${about}`}>
        <dt>{t('drops')}</dt>
        <dd className="num">{formatCount(dropped)}</dd>
      </div>
    </dl>
  )
}

function List({ instances, nowMs }: { readonly instances: readonly InstanceInfo[]; readonly nowMs: number }) {
  const { filter = '', sort: wanted } = useView()
  const change = useChangeView()
  const sort = SORTS.find((one) => one === wanted) ?? 'bps'
  const rows = useMemo(() => sorted(filtered(instances, filter, stateWord), sort), [instances, filter, sort])
  const held = useHeld(rows, ({ id }) => id, `${sort} ${filter}`)
  const input = useRef<HTMLInputElement>(null)
  const focus = useCallback(() => input.current?.focus(), [])
  useShortcut('f', 'key.filter', focus)
  return (
    <>
      <div className="instances-bar">
        <div className="filter-line">
          <Icon name="filter" />
          <input
            ref={input}
            type="search"
            className="filter-input"
            aria-label={t('filter')}
            placeholder={t('instances.filter')}
            autoCapitalize="off"
            spellCheck={false}
            value={filter}
            onChange={(event) => change({ filter: event.target.value }, { replace: true })}
          />
        </div>
        <Choice
          label={t('instances.sort')}
          options={SORTS.map((value) => ({ value, label: t(`instances.sort.${value}`) }))}
          value={sort}
          onChange={(next: Sort) => change({ sort: next === 'bps' ? '' : next })}
        />
        {held.held && <Held />}
      </div>
      {held.rows.length === 0 ? (
        <Empty title={t('noRows.filtered')}>
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => change({ filter: '' })}>
            {t('filter.clear')}
          </button>
        </Empty>
      ) : (
        <ul className="interfaces" aria-label={t('instances.list')} {...held.hold}>
          {held.rows.map((instance) => (
            <InstanceCard key={instance.id} instance={instance} nowMs={nowMs} isGone={held.gone.has(instance.id)} />
          ))}
        </ul>
      )}
    </>
  )
}
