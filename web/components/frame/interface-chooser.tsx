import { useCallback, useRef, useState } from 'react'
import { InterfaceSpark } from '../../charts/interface-spark.tsx'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatBytes } from '../../lib/format.ts'
import { useShortcut } from '../../lib/keys.ts'
import { type LiveEntry, useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { places, useChangeView, useOpen } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { Icon } from '../icons.tsx'
import { menuKeys, Popover } from '../popover.tsx'
import { Cut } from '../value.tsx'

export function StateDot({ state }: { readonly state: LiveEntry['info']['state'] }) {
  return (
    <span className={`state state-${state}`} title={t(`state.${state}`)}>
      <span className="visually-hidden">{t(`state.${state}`)}</span>
    </span>
  )
}

/** What flows now; of a capture that has ended, how much it was. */
function rateOf({ info, totals }: LiveEntry): string {
  if (info.state === 'failed') return t('state.failed')
  if (!totals) return '–'
  return info.state === 'ended' ? formatBytes(totals.bytes) : formatBits(totals.bps)
}

export function InterfaceChooser() {
  const current = useCurrent()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setOpen(false), [])
  const show = useCallback(() => setOpen(true), [])
  useShortcut('i', 'key.interface', show)
  if (!current) return null
  const { info } = current
  return (
    <>
      <button
        ref={button}
        type="button"
        className="chooser"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={t('interfaceInView', { name: showable(info.name) })}
        onClick={show}
      >
        <StateDot state={info.state} />
        <span className="chooser-name">
          <Cut text={info.name} />
        </span>
        <InterfaceSpark entry={current} width={64} height={20} />
        <span className="chooser-rate num">{rateOf(current)}</span>
        <Icon name="down" size={12} />
      </button>
      {open && <Choices anchor={button} current={info.id} onClose={close} />}
    </>
  )
}

interface ChoicesProps {
  readonly anchor: React.RefObject<Element | null>
  readonly current: number
  readonly onClose: () => void
}
function Choices({ anchor, current, onClose }: ChoicesProps) {
  const entries = useLive((state) => state.entries)
  const change = useChangeView()
  const open = useOpen()
  const choose = (id: number) => {
    onClose()
    change({ interface: String(id) })
  }
  return (
    <Popover anchor={anchor} onClose={onClose} className="menu chooser-menu">
      <div role="menu" aria-label={t('interfaces')} onKeyDown={menuKeys}>
        {entries.map((entry) => {
          const { info } = entry
          return (
            <button
              key={info.id}
              ref={(element) => {
                if (info.id === current) element?.focus()
              }}
              type="button"
              role="menuitemradio"
              aria-checked={info.id === current}
              className="menu-item chooser-item"
              onClick={() => choose(info.id)}
            >
              <StateDot state={info.state} />
              <span className="chooser-name">
                <Cut text={info.name} />
              </span>
              <InterfaceSpark entry={entry} width={96} height={22} />
              <span className="chooser-rate num">{rateOf(entry)}</span>
            </button>
          )
        })}
        <hr className="menu-rule" />
        <button
          type="button"
          role="menuitem"
          className="menu-item"
          onClick={() => {
            onClose()
            open({ to: '/interfaces' })
          }}
        >
          <Icon name="interfaces" />
          {t('allInterfaces')}
        </button>
        <button
          type="button"
          role="menuitem"
          className="menu-item"
          onClick={() => {
            onClose()
            open(places.interface(current))
          }}
        >
          <Icon name="right" />
          {t('thisInterface')}
        </button>
      </div>
    </Popover>
  )
}
