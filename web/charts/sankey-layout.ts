/** Values of fields side by side, from left to right, and the bands between them. */
import { type SankeyNode, sankey, sankeyLinkHorizontal } from 'd3-sankey'

export interface SankeyValue {
  readonly key: string
  readonly label: string
  /** Which field it is of, counted from the left. */
  readonly column: number
  readonly colour: string
}
export interface SankeyBand {
  readonly from: string
  readonly to: string
  readonly value: number
}
export interface PlacedNode extends SankeyValue {
  readonly value: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface PlacedBand {
  readonly key: string
  readonly from: PlacedNode
  readonly to: PlacedNode
  readonly value: number
  readonly path: string
  readonly width: number
}
export interface Placed {
  readonly nodes: readonly PlacedNode[]
  readonly bands: readonly PlacedBand[]
  /** Room between two nodes of a column. */
  readonly gap: number
}

type Link = { readonly source: string; readonly target: string; readonly value: number }
type Node = SankeyNode<SankeyValue, Link>

export const NODE_WIDTH = 10
const NODE_GAP = 14
const LEAST_WIDTH = 60

/** Nodes of a column stand in the order in which they are given. */
export function placeSankey(values: readonly SankeyValue[], bands: readonly SankeyBand[], width: number, height: number): Placed {
  if (bands.length === 0 || width < LEAST_WIDTH) return { nodes: [], bands: [], gap: 0 }
  const order = new Map(values.map(({ key }, i) => [key, i]))
  const rank = (node: Node) => order.get(node.key)!
  const most = Math.max(...values.map(({ column }) => values.filter((other) => other.column === column).length))
  const gap = Math.min(NODE_GAP, height / most / 2)
  const laid = sankey<SankeyValue, Link>()
    .nodeId(({ key }) => key)
    .nodeAlign((node) => (node as Node).column)
    .nodeSort((a, b) => rank(a) - rank(b))
    .nodeWidth(NODE_WIDTH)
    .nodePadding(gap)
    .extent([
      [0, 1],
      [width, height - 1],
    ])({
    nodes: values.map((one) => ({ ...one })),
    links: bands.map(({ from, to, value }) => ({ source: from, target: to, value })),
  })
  const nodes = new Map(
    laid.nodes.map(({ key, label, column, colour, value = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }): [string, PlacedNode] => [
      key,
      { key, label, column, colour, value, x: x0, y: y0, width: x1 - x0, height: Math.max(1, y1 - y0) },
    ]),
  )
  const path = sankeyLinkHorizontal<SankeyValue, Link>()
  return {
    gap,
    nodes: [...nodes.values()],
    bands: laid.links.map((link) => {
      const from = nodes.get((link.source as unknown as Node).key)!
      const to = nodes.get((link.target as unknown as Node).key)!
      return { key: `${from.key} ${to.key}`, from, to, value: link.value, path: path(link) ?? '', width: Math.max(1, link.width ?? 1) }
    }),
  }
}
