import { useMemo } from 'react'
import { openValueMenu } from '../components/value-menu-store.ts'
import { formatBytes } from '../lib/format.ts'
import { t } from '../lib/messages.ts'
import { places, useOpen } from '../lib/nav.tsx'
import { middleCut, showable } from '../lib/text.ts'
import { useSize } from '../lib/use-size.ts'
import { layout, type Talk, type TalkNode } from './talkers.ts'

const LABEL_WIDTH = 158
const NARROW_LABEL = 96
const LABEL_CHARS = 22
const NARROW_CHARS = 14
const NARROW = 460
const MIN_LABEL_HEIGHT = 3

/** Who talks to whom: a node opens its host, a band the flows between the two. */
export function TalkersSankey({ talks }: { readonly talks: readonly Talk[] }) {
  const [box, { width, height }] = useSize<HTMLDivElement>()
  const open = useOpen()
  const narrow = width < NARROW
  const margin = narrow ? NARROW_LABEL : LABEL_WIDTH
  const { nodes, links } = useMemo(() => layout(talks, width - 2 * margin, height), [talks, width, height, margin])
  const label = (node: TalkNode) => middleCut(showable(node.label), narrow ? NARROW_CHARS : LABEL_CHARS)
  return (
    <div ref={box} className="sankey">
      <svg width={width} height={height} aria-label={t('talkers.about')}>
        <g transform={`translate(${margin} 0)`}>
          {links.map(({ key, from, to, bytes, path, width: thick }) => {
            const text = t('talkers.link', { client: showable(from.label), server: showable(to.label), bytes: formatBytes(bytes) })
            const go = () => open(places.flows(`client = ${from.address} and server = ${to.address}`))
            return (
              // biome-ignore lint/a11y/useSemanticElements: a band of a drawing cannot be an HTML link.
              <path
                key={key}
                className="sankey-link"
                d={path}
                strokeWidth={thick}
                role="link"
                tabIndex={0}
                aria-label={text}
                onClick={go}
                onKeyDown={(event) => event.key === 'Enter' && go()}
              >
                <title>{text}</title>
              </path>
            )
          })}
          {nodes.map((node) => {
            const { key, address, x, y, width: w, height: h, side, bytes } = node
            const text = `${showable(node.label)} (${address}) · ${formatBytes(bytes)}`
            const client = side === 'client'
            const go = () => open(places.host(address))
            return (
              // biome-ignore lint/a11y/useSemanticElements: a node of a drawing cannot be an HTML link.
              <g
                key={key}
                className={`sankey-node sankey-${side}`}
                role="link"
                tabIndex={0}
                aria-label={text}
                onClick={go}
                onKeyDown={(event) => event.key === 'Enter' && go()}
                onContextMenu={(event) => {
                  event.preventDefault()
                  openValueMenu({
                    given: { field: 'host', kind: 'address', value: address },
                    scope: undefined,
                    anchor: event.currentTarget,
                  })
                }}
              >
                <title>{text}</title>
                <rect className="sankey-hit" x={client ? -margin : x} y={y - 2} width={margin + w} height={h + 4} />
                <rect x={x} y={y} width={w} height={h} rx={1.5} />
                {h >= MIN_LABEL_HEIGHT && (
                  <text x={client ? x - 6 : x + w + 6} y={y + h / 2} dy="0.34em" textAnchor={client ? 'end' : 'start'}>
                    {label(node)}
                  </text>
                )}
              </g>
            )
          })}
        </g>
      </svg>
    </div>
  )
}
