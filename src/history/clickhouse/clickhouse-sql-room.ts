/**
 * Where an administrator's own SQL runs: one SELECT, that may change nothing and no setting, over the tables of our database alone, of a time that it names, within limits of memory,
 * time and rows. What it reads is told by how ClickHouse parses it, before it runs.
 */
import { HistoryFault, type SqlAnswer } from '../../lib/history.ts'
import { cellsOf } from './clickhouse-cells.ts'
import type { ClickHouseHttp, Settings } from './clickhouse-http.ts'

const MAX_ROWS = 10_000
const MAX_SECONDS = 60
const LIMITS: Settings = {
  readonly: 1,
  max_execution_time: MAX_SECONDS,
  max_memory_usage: 2 * 1024 ** 3,
  max_rows_to_read: 10_000_000_000,
  max_threads: 4,
  limit: MAX_ROWS + 1,
  // Without a condition on the time everything would be read.
  force_primary_key: 1,
}
/** They read what is in no table of ours. */
const FORBIDDEN =
  /^(?:dict\w*|joinGet\w*|file|hasColumnInTable|getOSKernelVersion|filesystem\w*|connectionId|structureToCapnProtoSchema|catboost\w*|sleep\w*)$/i
const SETS = /^(?:global)?(?:not)?(?:null)?in(?:IgnoreSet)?$/i

/** Rejects with a HistoryFault, or as the server does. */
export async function askSql(http: ClickHouseHttp, sql: string, database: string, signal: AbortSignal): Promise<SqlAnswer> {
  const begun = performance.now()
  checkSyntax(await http.asked(`EXPLAIN AST ${sql}`, { ...LIMITS, default_format: 'TSVRaw' }, signal), database)
  const answer = await http.ask(sql, LIMITS, signal)
  return {
    columns: answer.meta.map(({ name }) => name),
    rows: cellsOf(answer).slice(0, MAX_ROWS),
    isCut: answer.data.length > MAX_ROWS,
    ms: performance.now() - begun,
  }
}

interface Node {
  readonly what: string
  readonly of: string
  readonly children: Node[]
}
const NODE = /^( *)(\w+)(?: (.*?))?(?: \((?:alias|children)[^)]*\))*$/

/** The tree as EXPLAIN AST prints it: a line a node, its depth by spaces. */
function treeOf(text: string): Node {
  const root: Node = { what: '', of: '', children: [] }
  const path = [root]
  for (const line of text.split('\n')) {
    const [, indent, what, of = ''] = NODE.exec(line) ?? []
    // The rest of a text with line feeds in it is no node.
    if (what === undefined || indent!.length + 1 > path.length) continue
    const node: Node = { what, of, children: [] }
    path.length = indent!.length + 1
    path.at(-1)!.children.push(node)
    path.push(node)
  }
  return root
}

/** Throws a HistoryFault where it is more than a SELECT over tables of the database. */
export function checkSyntax(ast: string, database: string): void {
  const root = treeOf(ast)
  const [first] = root.children
  if (first?.what !== 'SelectWithUnionQuery') throw new HistoryFault('only SELECT can be asked here')
  if (first.children.some(({ what }) => what === 'Identifier' || what === 'Literal')) throw new HistoryFault('leave out FORMAT and INTO')
  checkNode(first, database)
}

function checkNode(node: Node, database: string): void {
  const { what, of, children } = node
  if (what === 'TableIdentifier') checkTable(of, database)
  if (what === 'TableExpression' && children[0]?.what === 'Function')
    throw new HistoryFault(`${children[0].of}() is no table of ours: only ${database} can be asked here`)
  if (what === 'Function' && FORBIDDEN.test(of)) throw new HistoryFault(`${of}() cannot be used here`)
  if (what === 'Function' && SETS.test(of)) {
    const set = children[0]?.children[1]
    if (set?.what === 'Identifier') checkTable(set.of, database)
    if (set?.what === 'Function' && /^[a-z]/i.test(set.of) && !/^(?:array|tuple)/i.test(set.of)) checkSet(set)
  }
  for (const child of children) checkNode(child, database)
}
function checkTable(name: string, database: string): void {
  if (name.includes('.') && !name.startsWith(`${database}.`))
    throw new HistoryFault(`${name} is not ours: only ${database} can be asked here`)
}
/** A function of a table may stand behind IN; one that makes a list of values may too. */
function checkSet({ of }: Node): void {
  if (
    /^(?:url|file|remote|s3|hdfs|mysql|postgresql|merge|cluster|jdbc|odbc|input|numbers|executable|azure|mongodb|redis|sqlite|view|dictionary)/i.test(
      of,
    )
  )
    throw new HistoryFault(`${of}() is no table of ours`)
}
