/** Who talks to whom as a graph from left to right. A host may stand on both sides, so clients and servers are nodes of their own. */
import { sankey, sankeyJustify, sankeyLinkHorizontal } from 'd3-sankey'

export interface Talk {
  readonly client: string
  readonly clientLabel?: string
  readonly server: string
  readonly serverLabel?: string
  readonly bytes: number
}
export interface TalkNode {
  readonly key: string
  readonly address: string
  readonly label: string
  readonly side: 'client' | 'server'
  readonly bytes: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface TalkLink {
  readonly key: string
  readonly from: TalkNode
  readonly to: TalkNode
  readonly bytes: number
  readonly path: string
  readonly width: number
}

interface Node {
  readonly key: string
  readonly address: string
  readonly label: string
  readonly side: 'client' | 'server'
}
type Link = { readonly source: string; readonly target: string; readonly value: number }

function graphOf(talks: readonly Talk[]): { nodes: Node[]; links: Link[] } {
  const nodes = new Map<string, Node>()
  const node = (side: Node['side'], address: string, label: string | undefined) => {
    const key = `${side} ${address}`
    if (!nodes.has(key)) nodes.set(key, { key, address, label: label ?? address, side })
    return key
  }
  const links = talks
    .filter(({ bytes }) => bytes > 0)
    .map((talk) => ({
      source: node('client', talk.client, talk.clientLabel),
      target: node('server', talk.server, talk.serverLabel),
      value: talk.bytes,
    }))
  return { nodes: [...nodes.values()], links }
}

const NODE_WIDTH = 8
const NODE_GAP = 9

export function layout(talks: readonly Talk[], width: number, height: number): { nodes: TalkNode[]; links: TalkLink[] } {
  const graph = graphOf(talks)
  if (graph.links.length === 0 || width < 60 || height < 20) return { nodes: [], links: [] }
  const many = Math.max(
    graph.nodes.filter(({ side }) => side === 'client').length,
    graph.nodes.filter(({ side }) => side === 'server').length,
  )
  const laid = sankey<Node, Link>()
    .nodeId((node) => node.key)
    .nodeAlign(sankeyJustify)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(Math.min(NODE_GAP, height / many / 2))
    .extent([
      [0, 2],
      [width, height - 2],
    ])({ nodes: graph.nodes.map((node) => ({ ...node })), links: graph.links.map((link) => ({ ...link })) })
  const nodes = new Map(
    laid.nodes.map(({ key, address, label, side, value = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => [
      key,
      { key, address, label, side, bytes: value, x: x0, y: y0, width: x1 - x0, height: Math.max(1, y1 - y0) } satisfies TalkNode,
    ]),
  )
  const path = sankeyLinkHorizontal<Node, Link>()
  const links = laid.links.map((link) => {
    const from = nodes.get((link.source as unknown as Node).key)!
    const to = nodes.get((link.target as unknown as Node).key)!
    return { key: `${from.key} ${to.key}`, from, to, bytes: link.value, path: path(link) ?? '', width: Math.max(1, link.width ?? 1) }
  })
  return { nodes: [...nodes.values()], links }
}
