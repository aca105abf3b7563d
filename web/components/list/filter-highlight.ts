/** Colours fields, operators and texts of the filter language, by its words alone. */
import type { Range } from '@codemirror/state'
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import type { Fields } from '../../../src/lib/fields.ts'

const TOKEN = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[\w.:-]+|[!=<>~]+/g
const LOGIC = new Set(['and', 'or', 'not', 'in', 'contains', 'starts', 'ends', 'like', 'exists'])
const marks = Object.fromEntries(['keyword', 'operator', 'field', 'string'].map((name) => [name, Decoration.mark({ class: `f-${name}` })]))

function classOf(word: string, fields: Fields): string | undefined {
  if (/^["']/.test(word)) return 'string'
  if (LOGIC.has(word.toLowerCase())) return 'keyword'
  if (/^[!=<>~]/.test(word)) return 'operator'
  return Object.hasOwn(fields, word) ? 'field' : undefined
}

function decorate(view: EditorView, fields: Fields): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const found of view.state.doc.toString().matchAll(TOKEN)) {
    const mark = marks[classOf(found[0], fields) ?? '']
    if (mark) ranges.push(mark.range(found.index, found.index + found[0].length))
  }
  return Decoration.set(ranges)
}

export const filterHighlight = (fields: Fields) =>
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet
      constructor(view: EditorView) {
        this.decorations = decorate(view, fields)
      }
      update(update: ViewUpdate) {
        if (update.docChanged) this.decorations = decorate(update.view, fields)
      }
    },
    { decorations: (plugin) => plugin.decorations },
  )
