import { type ReactNode, useMemo, useState } from 'react'
import { middleCut, showable } from '../lib/text.ts'
import { useSize } from '../lib/use-size.ts'
import { NODE_WIDTH, type PlacedBand, type PlacedNode, placeSankey, type SankeyBand, type SankeyValue } from './sankey-layout.ts'

const NARROW = 640
const COLUMN_WIDTH = 190
const NARROW_COLUMN_WIDTH = 150
const ROW_HEIGHT = 26
const LEAST_HEIGHT = 300
const MOST_HEIGHT = 640
const HEAD_HEIGHT = 24
const CHAR_WIDTH = 6.6
const LABEL_GAP = 6
const FOOT_HEIGHT = 8
const LEAST_LABEL_ROOM = 13

interface Props {
  readonly label: string
  readonly heads: readonly string[]
  readonly values: readonly SankeyValue[]
  readonly bands: readonly SankeyBand[]
  readonly format: (value: number) => string
  /** Nothing happens at a click on those that say undefined. */
  readonly onNode: (node: PlacedNode) => (() => void) | undefined
  readonly onBand: (band: PlacedBand) => (() => void) | undefined
}
/** Fields side by side and what passed between their values; a value or a band that is picked shows only that. */
export function FlowSankey({ label, heads, values, bands, format, onNode, onBand }: Props) {
  const [box, { width }] = useSize<HTMLDivElement>()
  const [over, setOver] = useState<string | undefined>(undefined)
  const columns = heads.length
  const wide = Math.max(width, columns * (width < NARROW ? NARROW_COLUMN_WIDTH : COLUMN_WIDTH))
  const most = Math.max(...heads.map((_, i) => values.filter(({ column }) => column === i).length))
  const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, most * ROW_HEIGHT))
  const placed = useMemo(() => placeSankey(values, bands, wide - 2, height), [values, bands, wide, height])
  const chars = Math.floor(((wide - NODE_WIDTH * columns) / Math.max(1, columns - 1) - 2 * LABEL_GAP) / CHAR_WIDTH)
  const isFaint = ({ from, to }: PlacedBand) => over !== undefined && from.key !== over && to.key !== over
  return (
    <div ref={box} className="flow-sankey">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no field set; its parts are named one by one. */}
      <svg width={wide} height={height + HEAD_HEIGHT + FOOT_HEIGHT} role="group" aria-label={label}>
        {heads.map((head, i) => (
          <text
            key={head}
            className="flow-sankey-head"
            x={i === columns - 1 ? wide - 2 : (i * (wide - 2 - NODE_WIDTH)) / (columns - 1)}
            y={14}
            textAnchor={i === columns - 1 ? 'end' : 'start'}
          >
            {head}
          </text>
        ))}
        <g transform={`translate(0 ${HEAD_HEIGHT})`}>
          {placed.bands.map((band) => (
            <Part key={band.key} text={`${band.from.label} → ${band.to.label}: ${format(band.value)}`} act={onBand(band)}>
              <path
                className={`flow-sankey-band ${isFaint(band) ? 'is-faint' : ''}`}
                d={band.path}
                stroke={band.from.colour}
                strokeWidth={band.width}
              />
            </Part>
          ))}
          {placed.nodes.map((node) => (
            <Part
              key={node.key}
              text={`${heads[node.column]}: ${showable(node.label)} · ${format(node.value)}`}
              act={onNode(node)}
              onOver={(isOver) => setOver(isOver ? node.key : undefined)}
            >
              <Node
                node={node}
                isLast={node.column === columns - 1}
                chars={node.column < columns - 2 ? chars : Math.floor(chars / 2)}
                gap={placed.gap}
                value={format(node.value)}
              />
            </Part>
          ))}
        </g>
      </svg>
    </div>
  )
}

/** A label and, where there is room, its figure: right of the node, left of it in the last column. */
function Node({
  node: { x, y, width, height, colour, label },
  isLast,
  chars,
  gap,
  value,
}: {
  readonly node: PlacedNode
  readonly isLast: boolean
  readonly chars: number
  readonly gap: number
  readonly value: string
}) {
  const name = middleCut(showable(label), Math.max(6, chars))
  const fits = name.length + value.length + 2 <= chars
  const hit = Math.max(6, Math.min(chars, name.length + (fits ? value.length + 2 : 0))) * CHAR_WIDTH + LABEL_GAP
  return (
    <>
      <rect className="flow-sankey-hit" x={isLast ? x - hit : x} y={y - 2} width={width + hit} height={height + 4} />
      <rect className="flow-sankey-node" x={x} y={y} width={width} height={Math.max(2, height)} rx={2} fill={colour} />
      {height + gap >= LEAST_LABEL_ROOM && (
        <text
          className="flow-sankey-label"
          x={isLast ? x - LABEL_GAP : x + width + LABEL_GAP}
          y={y + height / 2}
          dy="0.34em"
          textAnchor={isLast ? 'end' : 'start'}
        >
          {name}
          {fits && (
            <tspan className="flow-sankey-value" dx={6}>
              {value}
            </tspan>
          )}
        </text>
      )}
    </>
  )
}

interface PartProps {
  readonly text: string
  readonly act: (() => void) | undefined
  readonly onOver?: (isOver: boolean) => void
  readonly children: ReactNode
}
function Part({ text, act, onOver, children }: PartProps) {
  const looks = onOver && {
    onPointerEnter: () => onOver(true),
    onPointerLeave: () => onOver(false),
    onFocus: () => onOver(true),
    onBlur: () => onOver(false),
  }
  if (act === undefined)
    return (
      <g className="flow-sankey-part" {...looks}>
        <title>{text}</title>
        {children}
      </g>
    )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a part of a drawing cannot be an HTML button.
    <g
      className="flow-sankey-part can-act"
      role="button"
      tabIndex={0}
      aria-label={text}
      onClick={act}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        act()
      }}
      {...looks}
    >
      <title>{text}</title>
      {children}
    </g>
  )
}
