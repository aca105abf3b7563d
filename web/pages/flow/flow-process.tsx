import type { ReactNode } from 'react'
import type { FlowDetail } from '../../../src/lib/live.ts'
import type { Program } from '../../../src/lib/programs.ts'
import { Panel } from '../../components/panel.tsx'
import { When } from '../../components/time.tsx'
import { Cut, Value } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'

type Side = 'client' | 'server'

/** The programs of this machine at the ends of a flow, all that is known of each. */
export function Processes({ flow, nowMs }: { readonly flow: FlowDetail; readonly nowMs: number | undefined }) {
  return (['client', 'server'] as const).map((side) => {
    const process = flow[`${side}Process`]
    return (
      process && (
        <Panel key={side} title={t(side === 'client' ? 'process.client' : 'process.server')}>
          <div className="panel-pad-y">
            <Facts side={side} process={process} nowMs={nowMs} />
          </div>
        </Panel>
      )
    )
  })
}

function Facts({ side, process, nowMs }: { readonly side: Side; readonly process: Program; readonly nowMs: number | undefined }) {
  const { name, pid, user, uid, command, executable, container, engine, pod, service, startedMs, networkNamespace } = process
  const value = (what: string, text: string) => <Value field={`${side}${what}`} kind="text" value={text} />
  return (
    <dl className="facts">
      <Fact name={t('program')}>{pid === undefined ? <span className="faint">{t('process.hidden')}</span> : value('Program', name)}</Fact>
      <Fact name={t('process.id')}>{pid}</Fact>
      <Fact name={t('user')}>
        {value('User', user)} <span className="faint num">{user === String(uid) ? '' : uid}</span>
      </Fact>
      <Fact name={t('service')}>{service && value('Service', service)}</Fact>
      <Fact name={t('container')}>
        {container && (
          <>
            {value('Container', container)} <span className="faint">{engine}</span>
          </>
        )}
      </Fact>
      <Fact name={t('process.pod')}>{pod && <Cut text={pod} />}</Fact>
      <Fact name={t('process.command')}>{command && <Cut text={command} />}</Fact>
      <Fact name={t('process.executable')}>{executable && <Cut text={executable} />}</Fact>
      <Fact name={t('process.started')}>{startedMs !== undefined && <When ms={startedMs} nowMs={nowMs} />}</Fact>
      <Fact name={t('process.namespace')}>{networkNamespace}</Fact>
    </dl>
  )
}

/** Nothing where nothing is known. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === undefined || children === false || children === '') return null
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
