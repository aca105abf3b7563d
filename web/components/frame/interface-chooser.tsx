import { useCallback, useRef, useState } from 'react'
import { InterfaceSpark } from '../../charts/interface-spark.tsx'
import { conditionOf, isSilent, toneOf } from '../../lib/condition.ts'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatBytes, formatPercent } from '../../lib/format.ts'
import { useShortcut } from '../../lib/keys.ts'
import { type LiveEntry, useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { nameInUrl, places, useChangeView, useOpen } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { ConditionWord, StateDot } from '../condition.tsx'
import { Icon } from '../icons.tsx'
import { menuKeys, Popover } from '../popover.tsx'
import { Cut } from '../value.tsx'

/** What flows now, or why nothing does; of a capture that has ended, how much it was. */
function Rate({ entry: { info, totals } }: { readonly entry: LiveEntry }) {
  const { state, speedBps } = info
  const isQuiet = isSilent(info) || toneOf(conditionOf(info)) !== 'plain'
  const title =
    isQuiet || !totals || speedBps === undefined
      ? undefined
      : t('strip.ofSpeed', { share: formatPercent(totals.bps / speedBps), speed: formatBits(speedBps) })
  return (
    <span className="chooser-rate num" title={title}>
      {isQuiet ? (
        <ConditionWord info={info} />
      ) : !totals ? (
        info.all ? (
          t('all.parts', { n: info.all.interfaces.length })
        ) : (
          '–'
        )
      ) : state === 'ended' ? (
        formatBytes(totals.bytes)
      ) : (
        formatBits(totals.bps)
      )}
    </span>
  )
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
        <StateDot info={info} />
        <span className="chooser-name">
          <Cut text={info.name} />
        </span>
        <InterfaceSpark entry={current} width={64} height={20} />
        <Rate entry={current} />
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
  const own = useLive((state) => state.entries)
  const all = useLive((state) => state.all)
  const entries = all === undefined ? own : [...own, all]
  const change = useChangeView()
  const open = useOpen()
  const choose = (id: number) => {
    onClose()
    change({ interface: nameInUrl(id) })
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
              <StateDot info={info} />
              <span className="chooser-name">
                <Cut text={info.name} />
              </span>
              <InterfaceSpark entry={entry} width={96} height={22} />
              <Rate entry={entry} />
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
          {t('interfacesList')}
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
