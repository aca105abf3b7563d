import '../../styles/record.css'
import { useCallback, useRef } from 'react'
import type { ShownRecording } from '../../../src/lib/recording.ts'
import { url } from '../../lib/api.ts'
import { formatBytes, formatCount, formatDuration } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { removeRecording, stopRecording, useRecordings } from '../../lib/recordings.ts'
import { Icon } from '../icons.tsx'
import { Popover } from '../popover.tsx'
import { Cut } from '../value.tsx'
import { showRecordings, useRecordingsShown } from './record-store.ts'

/** In the top bar while there are recordings, on every page: how many run, and below it how far each is. */
export function RecordingsButton() {
  const recordings = useRecordings()
  const open = useRecordingsShown()
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => showRecordings(false), [])
  if (recordings.length === 0) return null
  const running = recordings.filter(({ state }) => state === 'running').length
  const label = running > 0 ? t('recordings.running', { n: running }) : t('recordings.ended', { n: recordings.length })
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`recordings-button ${running > 0 ? 'is-running' : ''}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => showRecordings(!open)}
      >
        <Icon name={running > 0 ? 'record' : 'download'} size={14} />
        <span className="num">{running > 0 ? running : recordings.length}</span>
      </button>
      {open && (
        <Popover anchor={button} align="end" onClose={close} className="recordings" role="dialog" label={t('recordings')}>
          <h2>{t('recordings')}</h2>
          <ul>
            {[...recordings].reverse().map((one) => (
              <li key={one.id}>
                <Recording one={one} />
              </li>
            ))}
          </ul>
        </Popover>
      )}
    </>
  )
}

/** How near it is to the bound that it will reach first. */
const shareOf = ({ packets, maxPackets, bytes, maxBytes, seconds, maxSeconds }: ShownRecording): number =>
  Math.min(1, Math.max(packets / maxPackets, bytes / maxBytes, seconds / maxSeconds))

function Recording({ one }: { readonly one: ShownRecording }) {
  const { id, about, interfaceName, state, packets, bytes, seconds, maxSeconds, leftOut, otherLinkType, end, failure, fileName } = one
  const isRunning = state === 'running'
  return (
    <>
      <span className="recording-name">
        <Cut text={about} />
        <span className="faint">
          <Cut text={interfaceName} />
        </span>
      </span>
      {isRunning && <progress value={shareOf(one)} max={1} aria-label={t('recording.progress', { what: about })} />}
      <span className="recording-figures num">
        <span>
          {formatCount(packets)} {t('packets').toLowerCase()}
        </span>
        <span>{formatBytes(bytes)}</span>
        <span>
          {isRunning
            ? t('recording.left', { duration: formatDuration(Math.max(0, Math.ceil(maxSeconds - seconds)) * 1000) })
            : formatDuration(seconds * 1000)}
        </span>
      </span>
      {!isRunning && (
        <span className={failure === undefined ? 'faint' : 'recording-failed'}>
          {failure === undefined ? end !== undefined && t(`end.${end}`) : t('recording.failed', { message: failure })}
        </span>
      )}
      {leftOut > 0 && <span className="recording-lost">{t('recording.leftOut', { n: leftOut })}</span>}
      {otherLinkType > 0 && <span className="recording-lost">{t('recording.otherLinkType', { n: otherLinkType })}</span>}
      <span className="recording-buttons">
        {isRunning ? (
          <>
            <button
              type="button"
              className="btn btn-sm btn-outline-secondary with-icon"
              title={t('recording.stop.about')}
              onClick={() => void stopRecording(id)}
            >
              <Icon name="stop" size={12} />
              {t('recording.stop')}
            </button>
            <button
              type="button"
              className="btn btn-sm btn-outline-secondary"
              title={t('recording.cancel.about')}
              onClick={() => void removeRecording(id)}
            >
              {t('cancel')}
            </button>
          </>
        ) : (
          <>
            <a className="btn btn-sm btn-primary with-icon" href={url(`recordings/${id}/packets`)} download={fileName}>
              <Icon name="download" size={14} />
              {t('recording.download')}
            </a>
            <button
              type="button"
              className="icon-button"
              aria-label={t('recording.remove')}
              title={t('recording.remove')}
              onClick={() => void removeRecording(id)}
            >
              <Icon name="remove" />
            </button>
          </>
        )}
      </span>
    </>
  )
}
