import { type ReactNode, useEffect, useRef, useState } from 'react'
import { download, ExportBusy } from '../../components/list/export-menu.tsx'
import { say } from '../../components/toasts.tsx'
import { type FileProgress, fetchFile } from '../../lib/fetch-file.ts'
import { formatBytes } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'

const inWords = ({ bytes, rows, total }: FileProgress) =>
  rows === undefined || total === undefined ? t('export.bytes', { bytes: formatBytes(bytes) }) : t('export.busy', { n: rows, total })

/** Saves files of the server's: how far one is, with its Cancel, and how to begin one. */
export function useSaving(): { readonly busy: ReactNode; readonly save: (url: string, name: string, isText: boolean) => void } {
  const [busy, setBusy] = useState<{ readonly text: string; readonly stop: AbortController } | undefined>(undefined)
  const now = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => now.current?.abort(), [])
  const save = async (url: string, name: string, isText: boolean) => {
    const stop = new AbortController()
    now.current = stop
    setBusy({ text: t('export.waiting'), stop })
    try {
      const file = await fetchFile(url, isText, stop.signal, (progress) => setBusy({ text: inWords(progress), stop }))
      if (file === undefined) saveByBrowser(url)
      else download(name, file.type, file)
    } catch (error) {
      if (!stop.signal.aborted) say(t('failedUnknown', { message: (error as Error).message }), 'problem')
    } finally {
      setBusy(undefined)
    }
  }
  return { busy: busy && <ExportBusy {...busy} />, save: (url, name, isText) => void save(url, name, isText) }
}

/** What is too much to be kept in memory: the browser shows how far it is, and can stop it. */
function saveByBrowser(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
  say(t('export.byBrowser'))
}
