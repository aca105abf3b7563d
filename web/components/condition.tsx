import type { InterfaceInfo } from '../../src/lib/live.ts'
import { conditionOf, toneOf } from '../lib/condition.ts'
import { t } from '../lib/messages.ts'

interface Props {
  readonly info: InterfaceInfo
}
/** A mark that differs in shape and colour; the word is on hover, and for those who hear the page unless it stands beside it. */
export function StateDot({ info, isWordBeside = false }: Props & { readonly isWordBeside?: boolean }) {
  const condition = conditionOf(info)
  const word = t(`state.${condition}`)
  return (
    <span className={`state state-${condition}`} title={word}>
      {!isWordBeside && <span className="visually-hidden">{word}</span>}
    </span>
  )
}

const TONES = { plain: 'faint', warning: 'text-warning-strong', critical: 'text-critical' } as const

/** The word beside the mark. */
export function ConditionWord({ info }: Props) {
  const condition = conditionOf(info)
  return <span className={TONES[toneOf(condition)]}>{t(`state.${condition}`)}</span>
}
