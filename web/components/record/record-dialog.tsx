import { type FormEvent, useEffect, useRef, useState } from 'react'
import { BOUNDS_CEILING, CAPTURE_FORMATS, type CaptureFormat, DEFAULT_BOUNDS } from '../../../src/lib/recording.ts'
import { type MessageKey, t } from '../../lib/messages.ts'
import { startRecording } from '../../lib/recordings.ts'
import { Choice } from '../choice.tsx'
import { Icon } from '../icons.tsx'
import { Cut } from '../value.tsx'
import { closeRecordDialog, type RecordTarget, showRecordings, useRecordTarget } from './record-store.ts'

const BYTES_A_MEGABYTE = 1_000_000

export function RecordDialog() {
  const target = useRecordTarget()
  return target ? <Dialog target={target} /> : null
}

/** The three bounds and the form of the file. What the server refuses is said here. */
function Dialog({ target }: { readonly target: RecordTarget }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [format, setFormat] = useState<CaptureFormat>('pcapng')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const bounds = {
      maxPackets: Number(given.get('packets')),
      maxBytes: Math.round(Number(given.get('megabytes')) * BYTES_A_MEGABYTE),
      maxSeconds: Number(given.get('seconds')),
    }
    setBusy(true)
    try {
      await startRecording({ ...target.ask, ...bounds, format })
      dialog.current?.close()
      showRecordings(true)
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} className="dialog record-dialog" aria-label={t('record')} onClose={closeRecordDialog}>
      <header className="panel-head">
        <h2>{t('record')}</h2>
        <button type="button" className="icon-button" aria-label={t('close')} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <form className="record-form" onSubmit={(event) => void start(event)}>
        <p className="record-what">
          <Cut text={target.what} />
        </p>
        <p className="faint">{t('record.about')}</p>
        <div className="record-bounds">
          <Bound name="packets" label="record.packets" usual={DEFAULT_BOUNDS.maxPackets} most={BOUNDS_CEILING.maxPackets} />
          <Bound
            name="megabytes"
            label="record.megabytes"
            usual={DEFAULT_BOUNDS.maxBytes / BYTES_A_MEGABYTE}
            most={BOUNDS_CEILING.maxBytes / BYTES_A_MEGABYTE}
          />
          <Bound name="seconds" label="record.seconds" usual={DEFAULT_BOUNDS.maxSeconds} most={BOUNDS_CEILING.maxSeconds} />
        </div>
        <Choice
          label={t('record.format')}
          options={CAPTURE_FORMATS.map((value) => ({ value, label: t(`record.${value}`) }))}
          value={format}
          onChange={setFormat}
        />
        {problem !== undefined && (
          <p className="record-problem" role="alert">
            <Icon name="warning" /> {problem}
          </p>
        )}
        <div className="record-buttons">
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => dialog.current?.close()}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn btn-sm btn-primary" disabled={busy}>
            {t('record.start')}
          </button>
        </div>
      </form>
    </dialog>
  )
}

interface BoundProps {
  readonly name: string
  readonly label: MessageKey
  readonly usual: number
  readonly most: number
}
function Bound({ name, label, usual, most }: BoundProps) {
  return (
    <label>
      <span>{t(label)}</span>
      <input
        className="form-control form-control-sm num"
        name={name}
        type="number"
        min={1}
        max={most}
        step={1}
        required
        defaultValue={usual}
      />
    </label>
  )
}
