/**
 * CodeMirror for one line. It lives in a shadow root, where its styles are adopted style sheets: a <style> element would break the content
 * security policy.
 */
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { type Entity, entities } from '../../../src/lib/fields.ts'
import { completeFilter, quoteValue } from '../../../src/query/filter.ts'
import { api, type CompletionAnswer } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { typedOverSelection } from '../typed-over-selection.ts'
import { filterHighlight } from './filter-highlight.ts'
import type { Fault } from './filter-line.tsx'

interface Props {
  readonly entity: Entity
  readonly interfaceId: number
  readonly text: string
  readonly onText: (text: string) => void
  readonly onApply: (text: string) => void
  readonly fault: Fault | undefined
  /** Values of a field that may be meant, the likeliest first; undefined: those of the traffic now are asked for. */
  readonly valuesOf?: ValuesOf | undefined
}
export type ValuesOf = (field: string) => Promise<readonly string[]> | undefined
const MAX_VALUES = 20

const theme = EditorView.theme({
  '&': { flex: '1', minWidth: '0', background: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '28px', overflow: 'auto hidden', scrollbarWidth: 'none' },
  '.cm-content': { padding: '0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 2px' },
  '.cm-placeholder': { color: 'var(--text-muted)' },
  '.cm-selectionBackground': { background: 'var(--accent-soft) !important' },
  '.cm-tooltip-autocomplete': { marginTop: '5px' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    background: 'var(--surface)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
    zIndex: '30',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '18em', padding: '4px' },
  '.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    gap: '12px',
    padding: '3px 8px !important',
    borderRadius: '4px',
    lineHeight: '20px',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent-soft) !important', color: 'var(--text) !important' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    color: 'var(--text-muted)',
    fontFamily: 'var(--font)',
    fontStyle: 'normal',
    maxWidth: '42ch',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--severity-critical)', textUnderlineOffset: '3px' },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--severity-critical)' },
  '.f-keyword': { color: 'var(--accent-strong)', fontWeight: '600' },
  '.f-operator': { color: 'var(--text-muted)' },
  '.f-field': { color: 'var(--rcvd-text)' },
  '.f-string': { color: 'var(--sent-text)' },
})

const BOOSTS: Readonly<Record<string, number>> = { value: 2, field: 1, operator: 1, keyword: 0 }

/** The grammar's ways on at once, and with them the live values when the server has them. */
function completionSource(entity: Entity, interfaceId: number, valuesOf: ValuesOf | undefined) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString()
    const here = completeFilter(text, context.pos, entities[entity])
    let answer: CompletionAnswer = here
    const known = here.values && valuesOf?.(here.values.field)
    if (known) answer = { ...here, options: [...valueOptions(await known.catch(() => []), here.values!.prefix), ...here.options] }
    else if (here.values) {
      const stop = new AbortController()
      context.addEventListener('abort', () => stop.abort())
      answer = await api.complete(interfaceId, entity, text, context.pos, stop.signal).catch(() => here)
    }
    if (context.aborted || answer.options.length === 0) return null
    const options = answer.options.map(
      ({ text: apply, label, detail, kind }, i): Completion => ({
        label: kind === 'field' ? apply : label,
        detail: kind === 'field' ? detail || label : detail,
        apply: `${apply} `,
        type: kind,
        boost: (BOOSTS[kind] ?? 0) - i / 1000,
      }),
    )
    return { from: answer.from, to: answer.to, options, filter: false }
  }
}

function valueOptions(values: readonly string[], prefix: string): CompletionAnswer['options'] {
  const begun = prefix.toLowerCase()
  const meant = values.filter((value) => value !== '' && value.toLowerCase().includes(begun)).slice(0, MAX_VALUES)
  return meant.map((value) => ({ text: quoteValue(value), label: value, detail: '', kind: 'value' }))
}

function extensions(current: React.RefObject<Props>) {
  const { entity, interfaceId, valuesOf } = current.current
  const apply = (view: EditorView): boolean => {
    closeCompletion(view)
    current.current.onApply(view.state.doc.toString())
    return true
  }
  return [
    history(),
    autocompletion({
      override: [completionSource(entity, interfaceId, valuesOf)],
      icons: false,
      activateOnTyping: true,
      defaultKeymap: false,
      selectOnOpen: false,
      interactionDelay: 0,
    }),
    Prec.highest(
      keymap.of([
        { key: 'Tab', run: acceptFirst },
        { key: 'Enter', run: (view) => acceptChosen(view) || apply(view) },
        { key: 'Mod-Enter', run: apply },
        ...completionKeymap.filter(({ key }) => key !== 'Enter'),
      ]),
    ),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    placeholder(t(`filter_${entity}`)),
    EditorView.contentAttributes.of({ 'aria-label': t('filter'), autocapitalize: 'off', spellcheck: 'false' }),
    // One line: what is pasted with line ends becomes one.
    EditorState.transactionFilter.of((tr) =>
      tr.newDoc.lines > 1 ? [tr, { changes: joinLines(tr.newDoc.toString()), sequential: true }] : tr,
    ),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return
      current.current.onText(update.state.doc.toString())
      // The next word is offered as soon as one has been taken.
      if (update.transactions.some((tr) => tr.isUserEvent('input.complete'))) startCompletion(update.view)
    }),
    typedOverSelection,
    filterHighlight(entities[entity]),
    theme,
  ]
}

const joinLines = (text: string) =>
  [...text.matchAll(/\s*\n\s*/g)].map((found) => ({ from: found.index, to: found.index + found[0].length, insert: ' ' }))

/** Tab takes the first offer when none is chosen; without offers it moves on, as Tab does. */
function acceptFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false
  if (!selectedCompletion(view.state)) moveCompletionSelection(true)(view)
  return acceptCompletion(view)
}
/** Enter takes an offer only when one has been chosen; else it applies the filter. */
const acceptChosen = (view: EditorView): boolean => selectedCompletion(view.state) !== null && acceptCompletion(view)

export default function FilterEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const current = useRef(props)
  current.current = props
  const { entity, interfaceId, text, fault } = props

  // one editor for one list; its text is kept level below.
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const made = new EditorView({
      state: EditorState.create({ doc: current.current.text, extensions: extensions(current) }),
      parent: root,
      root,
    })
    view.current = made
    made.dispatch({ selection: { anchor: made.state.doc.length } })
    made.focus()
    return () => made.destroy()
  }, [entity, interfaceId])
  useEffect(() => {
    const made = view.current
    if (made && made.state.doc.toString() !== text) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    const made = view.current
    if (!made) return
    made.dispatch(setDiagnostics(made.state, fault ? [diagnosticOf(fault, made.state.doc.toString())] : []))
  }, [fault])
  return <div ref={host} className="editor" />
}

/** From the offset to the end of the word there. */
function diagnosticOf({ message, offset }: Fault, text: string): Diagnostic {
  const from = Math.min(offset, text.length)
  const word = /^\S+/.exec(text.slice(from))?.[0].length ?? 0
  return { from, to: Math.min(text.length, from + word), severity: 'error', message }
}
