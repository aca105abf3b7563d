/** Risks of flows: their names with the colour of their severity, and what each means. */
import type { RiskShare, RiskTold } from '../../src/lib/live.ts'
import { riskInfo } from '../../src/lib/risks.ts'
import { formatCount } from '../lib/format.ts'
import { t } from '../lib/messages.ts'
import { showable } from '../lib/text.ts'
import { Cut, Value } from './value.tsx'

const MARKS = { Low: 'low', Medium: 'medium', High: 'high', Severe: 'severe' } as const
const severityOf = (name: string) => riskInfo(name)?.severity ?? 'Low'

/** The severity stands beside its colour for who cannot see that, or hovers. */
export function RiskName({ name, tabbable = true }: { readonly name: string; readonly tabbable?: boolean }) {
  const severity = severityOf(name)
  return (
    <span className="risk-name" title={`${name} · ${severity}`}>
      <span className={`risk-mark risk-${MARKS[severity]}`} role="img" aria-label={severity} />
      <Value field="risk" kind="texts" value={name} tabbable={tabbable}>
        <span className="risk-text">{name}</span>
      </Value>
    </span>
  )
}

/** In a cell: the gravest one whole, the others as a number. */
export function RiskCell({ names, tabbable }: { readonly names: readonly string[]; readonly tabbable: boolean }) {
  const [first] = [...names].sort((a, b) => (riskInfo(b)?.score ?? 0) - (riskInfo(a)?.score ?? 0))
  if (first === undefined) return null
  return (
    <span className="risk-cell" title={names.join('\n')}>
      <RiskName name={first} tabbable={tabbable} />
      {names.length > 1 && <span className="faint num">+{names.length - 1}</span>}
    </span>
  )
}

/** A score by itself: grey, amber from that of one Medium risk on, red from that of one High risk on. */
export function Score({ score }: { readonly score: number }) {
  if (score === 0) return <span className="faint">0</span>
  return <span className={score >= 100 ? 'word-critical' : score >= 50 ? 'word-warning' : ''}>{formatCount(score)}</span>
}

export function RisksTold({ risks }: { readonly risks: readonly RiskTold[] }) {
  return (
    <ul className="risks">
      {risks.map(({ name, severity, about, evidence, score, clientScore, serverScore }) => (
        <li key={name}>
          <div className="risk-line">
            <RiskName name={name} />
            <span className="faint">{severity}</span>
            <span className="num" title={t('risks.parts', { client: clientScore, server: serverScore })}>
              {score}
            </span>
          </div>
          <p>{about}</p>
          {evidence !== undefined && (
            <p className="faint risk-evidence">
              <Cut text={showable(evidence)} />
            </p>
          )}
          <p className="faint">{t('risks.parts', { client: clientScore, server: serverScore })}</p>
        </li>
      ))}
    </ul>
  )
}

export function RiskShares({ risks }: { readonly risks: readonly RiskShare[] }) {
  return (
    <ul className="risks">
      {risks.map(({ name, flowsAsClient, flowsAsServer }) => (
        <li key={name} className="risk-line">
          <RiskName name={name} />
          <span className="num faint">{t('risks.shares', { client: formatCount(flowsAsClient), server: formatCount(flowsAsServer) })}</span>
        </li>
      ))}
    </ul>
  )
}
