/** CodeMirror for rules, one a line. In a shadow root, as the filter's (components/list/filter-editor.tsx). */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { RuleFault } from '../../../src/lib/custom-rules.ts'
import { typedOverSelection } from '../../components/typed-over-selection.ts'

export interface EditorHandle {
  goTo(fault: RuleFault): void
  /** Puts another text in the place of what has been typed. */
  setText(text: string): void
}
interface Props {
  readonly ref?: Ref<EditorHandle>
  readonly label: string
  /** What it begins with. From then on the editor says what its text is: what comes back late would undo what has been typed since. */
  readonly text: string
  readonly faults: readonly RuleFault[]
  readonly onText: (text: string) => void
  readonly onSave: () => void
}

const theme = EditorView.theme({
  '&': { flex: '1', minWidth: '0', height: '100%', background: 'var(--surface)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', padding: '6px 0' },
  '.cm-gutters': { border: '0', background: 'var(--surface-2)', color: 'var(--text-muted)' },
  '.cm-activeLine': { background: 'var(--surface-hover)' },
  '.cm-selectionBackground': { background: 'var(--accent-soft) !important' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--severity-critical)', textUnderlineOffset: '3px' },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--severity-critical)' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    background: 'var(--surface)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
    fontFamily: 'var(--font)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--severity-critical)' },
  '.cm-gutter-lint': { width: '1.2em' },
})

export default function RulesEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const current = useRef(props)
  current.current = props
  const { ref, faults } = props

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const { label } = current.current
    const save = () => {
      current.current.onSave()
      return true
    }
    const made = new EditorView({
      state: EditorState.create({
        doc: current.current.text,
        extensions: [
          history(),
          lineNumbers(),
          lintGutter(),
          highlightActiveLine(),
          keymap.of([{ key: 'Mod-s', run: save, preventDefault: true }, ...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': label, autocapitalize: 'off', spellcheck: 'false' }),
          EditorView.updateListener.of((update) => update.docChanged && current.current.onText(update.state.doc.toString())),
          typedOverSelection,
          theme,
        ],
      }),
      parent: root,
      root,
    })
    view.current = made
    return () => made.destroy()
  }, [])
  useEffect(() => {
    const made = view.current
    if (made)
      made.dispatch(
        setDiagnostics(
          made.state,
          faults.map((fault) => diagnosticOf(fault, made.state.doc)),
        ),
      )
  }, [faults])
  useImperativeHandle(ref, () => ({
    goTo: (fault) => {
      const made = view.current
      if (!made) return
      made.dispatch({ selection: { anchor: placeOf(fault, made.state.doc) }, scrollIntoView: true })
      made.focus()
    },
    setText: (text) => view.current?.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: text } }),
  }))
  return <div ref={host} className="rules-editor" />
}

/** The text may have changed since it was checked. */
function placeOf({ line, column }: RuleFault, doc: Text): number {
  const { from, to } = doc.line(Math.min(line, doc.lines))
  return Math.min(from + column - 1, to)
}

/** From the place to the end of the word there; at the end of a line, the word before. */
function diagnosticOf(fault: RuleFault, doc: Text): Diagnostic {
  const at = placeOf(fault, doc)
  const { to, text, from: start } = doc.lineAt(at)
  const word = /^[^\s,@]+/.exec(text.slice(at - start))?.[0].length ?? 0
  const from = at === to && word === 0 ? start + text.trimEnd().search(/\S+$/) : at
  return { from: Math.max(start, from), to: Math.max(at + word, from), severity: 'error', message: fault.message }
}
