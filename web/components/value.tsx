/** A value that can be clicked: filter by it, exclude it, open, copy, look up. */
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'
import type { FieldKind } from '../../src/lib/fields.ts'
import { hrefOf, type Place, places, useListScope, useView } from '../lib/nav.tsx'
import { showable, splitForCut } from '../lib/text.ts'
import { stringifyView } from '../lib/url-state.ts'
import { openValueMenu } from './value-menu-store.ts'

export interface Given {
  /** As the filter language calls the field. */
  readonly field: string
  readonly kind: FieldKind
  readonly value: string | number | boolean
  readonly vlan?: number | undefined
}

/** Where a value has a page of its own. */
export function placeOf({ kind, field, value, vlan }: Given): Place | undefined {
  if (kind === 'address') return places.host(String(value), vlan)
  if (kind === 'app') return places.flows(`app = ${quoted(String(value))}`)
  if (isProgram(field)) return places.flows(`program = ${quoted(String(value))}`)
  if (kind === 'id' && field === 'id') return places.flow(String(value))
  return undefined
}
/** Of either end, or of the list of programs: a page of their own they have not, but flows. */
export const isProgram = (field: string): boolean => field === 'program' || field === 'clientProgram' || field === 'serverProgram'
/** Enough for links; the filter language's own quoting is used wherever it is loaded. */
export const quoted = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : JSON.stringify(text))

/** Text that is cut in the middle when there is no room, whole on hover. */
export function Cut({ text, title }: { readonly text: string; readonly title?: string | undefined }) {
  const shown = showable(text)
  const [head, tail] = splitForCut(shown)
  if (tail === '')
    return (
      <span className="cut-short" title={title}>
        {head}
      </span>
    )
  return (
    <span className="cut" title={title ?? shown}>
      <span className="cut-head">{head}</span>
      <span className="cut-tail">{tail}</span>
    </span>
  )
}

type Props = Given & {
  readonly children?: ReactNode
  readonly className?: string
  readonly title?: string | undefined
  readonly tabbable?: boolean
}

export function Value({ children, className = '', title, tabbable = true, ...given }: Props) {
  const scope = useListScope()
  const kept = useView().interface
  const place = placeOf(given)
  const open = (event: MouseEvent<HTMLElement> | KeyboardEvent<HTMLElement>) => {
    if ('button' in event && (event.ctrlKey || event.metaKey || event.shiftKey) && place) return
    event.preventDefault()
    event.stopPropagation()
    openValueMenu({ given, scope, anchor: event.currentTarget })
  }
  const text = children ?? <Cut text={String(given.value)} />
  return (
    <a
      className={`value ${className}`}
      href={place ? hrefOf(place, kept, stringifyView) : '#'}
      title={title}
      aria-haspopup="menu"
      tabIndex={tabbable ? 0 : -1}
      onClick={open}
      onContextMenu={open}
    >
      {text}
    </a>
  )
}
