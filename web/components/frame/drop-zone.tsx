/** A capture dropped anywhere opens as an interface of its own. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { useShortcut } from '../../lib/keys.ts'
import { t } from '../../lib/messages.ts'
import { useOpen } from '../../lib/nav.tsx'
import { send, useSending } from '../../lib/uploads.ts'
import { Icon } from '../icons.tsx'

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

export function DropZone() {
  const open = useOpen()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const sendAll = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) send(file, (id) => open({ to: '/', search: { interface: String(id) } }))
    },
    [open],
  )
  const choose = useCallback(() => input.current?.click(), [])
  useShortcut('u', 'key.upload', choose)

  useEffect(() => {
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth++
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (carriesFiles(event) && --depth <= 0) setOver(false)
    }
    const move = (event: DragEvent) => carriesFiles(event) && event.preventDefault()
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!carriesFiles(event)) return
      event.preventDefault()
      sendAll(event.dataTransfer!.files)
    }
    addEventListener('dragenter', enter)
    addEventListener('dragleave', leave)
    addEventListener('dragover', move)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragleave', leave)
      removeEventListener('dragover', move)
      removeEventListener('drop', drop)
    }
  }, [sendAll])
  return (
    <>
      <input
        ref={input}
        id="capture-file"
        type="file"
        hidden
        multiple
        accept=".pcap,.pcapng,.cap,.gz,.zst,.dmp"
        aria-label={t('upload')}
        onChange={(event) => {
          sendAll(event.target.files ?? [])
          event.target.value = ''
        }}
      />
      {over && (
        <div className="drop-veil" aria-hidden="true">
          <div>
            <Icon name="upload" size={32} />
            {t('dropHere')}
          </div>
        </div>
      )}
      <Sendings />
    </>
  )
}

function Sendings() {
  const sending = useSending()
  if (sending.length === 0) return null
  return (
    <ul className="sendings" aria-label={t('uploads')}>
      {sending.map(({ id, name, size, sent, cancel }) => (
        <li key={id}>
          <span className="sending-name">{t('upload.sending', { name })}</span>
          <progress value={sent} max={size} aria-label={name} />
          <span className="num">
            {formatPercent(sent / size)} · {formatBytes(size)}
          </span>
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={cancel}>
            {t('cancel')}
          </button>
        </li>
      ))}
    </ul>
  )
}
