/** Rules of users as a text with its faults: what is typed is checked as it stands, and holds when it is saved. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { CustomDocument, RuleFault, RuleKind } from '../../../src/lib/custom-rules.ts'
import { Icon } from '../../components/icons.tsx'
import { Answered, Panel, Skeleton } from '../../components/panel.tsx'
import { say } from '../../components/toasts.tsx'
import { ApiError, api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { customRulesQuery } from './custom-rules.queries.ts'
import type { EditorHandle } from './rules-editor.tsx'

const Editor = lazy(() => import('./rules-editor.tsx'))

const CHECK_AFTER_MS = 250
const MAX_SHOWN = 100
const EXAMPLES: Readonly<Record<RuleKind, readonly string[]>> = {
  applications: ['tcp:8000-8010,host:"intra.example.com"@Intranet', 'ip:192.0.2.0/24:5000@Backup', 'ipv6:[2001:db8::]/32@Lab'],
  categories: ['host:"example.com",ip:192.0.2.0/24@Malware', '@User custom category 1=Factory'],
}
/** What has been typed and not saved, while the console is open. */
const drafts = new Map<RuleKind, string>()

export function CustomRules({ kind }: { readonly kind: RuleKind }) {
  const asked = useQuery(customRulesQuery(kind))
  return (
    <Panel title={t(`settings.${kind}`)} className="rules-panel">
      <Answered of={asked}>{(document) => <Rules document={document} />}</Answered>
    </Panel>
  )
}

function Rules({ document }: { readonly document: CustomDocument }) {
  const { kind, file, others } = document
  const client = useQueryClient()
  const [text, setText] = useState(drafts.get(kind) ?? document.text)
  const [busy, setBusy] = useState(false)
  const editor = useRef<EditorHandle>(null)
  const isChanged = text !== document.text
  const faults = useFaults(document, text)
  useDraft(kind, text, isChanged)
  const replace = useCallback((next: string) => {
    setText(next)
    editor.current?.setText(next)
  }, [])
  useFollowing(document.text, text, replace)
  const save = async () => {
    setBusy(true)
    try {
      client.setQueryData(customRulesQuery(kind).queryKey, await api.saveCustomRules(kind, text))
      await client.invalidateQueries({ queryKey: ['protocols'] })
      say(t('rules.saved'))
    } catch (error) {
      say(error instanceof ApiError ? error.message : t('failedUnknown', { message: (error as Error).message }), 'problem')
    }
    setBusy(false)
  }
  return (
    <>
      <p className="rules-about faint">{t(`rules.${kind}.about`)}</p>
      <Suspense fallback={<Skeleton rows={8} />}>
        <Editor ref={editor} label={t('rules.editor')} text={text} faults={faults} onText={setText} onSave={() => void save()} />
      </Suspense>
      <div className="rules-bar">
        <button type="button" className="btn btn-sm btn-primary" disabled={!isChanged || busy} onClick={() => void save()}>
          {t('rules.save')}
        </button>
        <button
          type="button"
          className="btn btn-sm btn-outline-secondary"
          disabled={!isChanged || busy}
          onClick={() => replace(document.text)}
        >
          {t('rules.revert')}
        </button>
        {isChanged && <span className="text-warning-strong">{t('rules.unsaved')}</span>}
        <span className="rules-file faint">{file === undefined ? t('rules.notKept') : t('rules.kept', { file: showable(file) })}</span>
      </div>
      <Faults faults={faults} rules={countRules(text) - faults.length} onGo={(fault) => editor.current?.goTo(fault)} />
      {text.trim() === '' && <Examples kind={kind} onTake={(line) => replace(`${line}\n`)} />}
      {others.length > 0 && <Others others={others} />}
    </>
  )
}

const countRules = (text: string) => text.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line)).length

/** Those of the text as it stands, a moment after it has been typed. */
function useFaults(document: CustomDocument, text: string): readonly RuleFault[] {
  const { kind } = document
  const [checked, setChecked] = useState({ text: document.text, faults: document.faults })
  useEffect(() => {
    if (text === document.text) return setChecked({ text, faults: document.faults })
    const stop = new AbortController()
    const timer = setTimeout(() => {
      api.checkCustomRules(kind, text, stop.signal).then(
        ({ faults }) => setChecked({ text, faults }),
        // The server is away: what was said last stays.
        () => undefined,
      )
    }, CHECK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [document, kind, text])
  return checked.faults
}

/** What is not saved waits while another page is shown, and the browser asks before it goes. */
function useDraft(kind: RuleKind, text: string, isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return void drafts.delete(kind)
    drafts.set(kind, text)
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [kind, text, isChanged])
}

/** What is kept may change elsewhere: where nothing has been typed, that is shown. */
function useFollowing(kept: string, text: string, replace: (text: string) => void): void {
  const before = useRef(kept)
  useEffect(() => {
    if (before.current === kept) return
    if (text === before.current) replace(kept)
    before.current = kept
  }, [kept, text, replace])
}

interface FaultsProps {
  readonly faults: readonly RuleFault[]
  /** How many have none. */
  readonly rules: number
  readonly onGo: (fault: RuleFault) => void
}
function Faults({ faults, rules, onGo }: FaultsProps) {
  if (faults.length === 0)
    return rules === 0 ? null : (
      <p className="rules-verdict faint" role="status">
        {t('rules.fine', { n: rules })}
      </p>
    )
  return (
    <>
      <p className="rules-verdict rules-bad" role="status">
        <Icon name="warning" /> {t('rules.faults', { n: faults.length })}
      </p>
      <ul className="rules-faults" aria-label={t('rules.faultList')}>
        {faults.slice(0, MAX_SHOWN).map((fault) => (
          <li key={`${fault.line}:${fault.column}`}>
            <button type="button" onClick={() => onGo(fault)}>
              {t('rules.at', { line: fault.line, column: fault.column })}
            </button>{' '}
            {showable(fault.message)}
          </li>
        ))}
        {faults.length > MAX_SHOWN && <li className="faint">{t('faults.more', { n: faults.length - MAX_SHOWN })}</li>}
      </ul>
    </>
  )
}

function Examples({ kind, onTake }: { readonly kind: RuleKind; readonly onTake: (line: string) => void }) {
  return (
    <div className="rules-examples">
      <span className="faint">{t('rules.examples')}</span>
      {EXAMPLES[kind].map((line) => (
        <button key={line} type="button" className="address" onClick={() => onTake(line)}>
          {line}
        </button>
      ))}
    </div>
  )
}

function Others({ others }: { readonly others: CustomDocument['others'] }) {
  return (
    <div className="rules-others">
      <h3>{t('rules.others')}</h3>
      <ul>
        {others.map(({ file, category, faults }) => (
          <li key={`${file} ${category}`}>
            <span className="address">{showable(file)}</span>
            {category !== undefined && <span className="faint"> {t('rules.others.list', { category })}</span>}
            {faults.length > 0 && (
              <span
                className="rules-bad"
                title={faults
                  .slice(0, 10)
                  .map(({ line, message }) => `${line}: ${message}`)
                  .join('\n')}
              >
                {' '}
                {t('rules.others.faults', { n: faults.length })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
