/** Writes src/tables/rows.gen.ts: a row cursor class for each layout of layouts.ts. `--check` only compares. */
import { type CellType, type Layout, layouts } from '../src/tables/layouts.ts'
import { generated } from './generated.ts'

const SIZE: Record<CellType, number> = { f64: 8, i32: 4, u32: 4, f32: 4, u16: 2, u8: 1 }
const SHIFT: Record<CellType, string> = { f64: 'at >> 1', i32: 'at', u32: 'at', f32: 'at', u16: 'at << 1', u8: 'at << 2' }

const constantName = (name: string, cell: string) => `${name}_${cell}`.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()

function rowClass(name: string, layout: Layout): string {
  let offset = 0
  const lines: string[] = []
  const constants: string[] = []
  for (const [cell, declared] of Object.entries(layout)) {
    const [type, count] = typeof declared === 'string' ? [declared, 0] : declared
    const size = SIZE[type]
    if (offset % size !== 0) throw new Error(`${name}.${cell} is not aligned: put ${size - (offset % size)} bytes before it`)
    const index = offset / size
    constants.push(`export const ${constantName(name, cell)} = ${index}`)
    const base = `(this.${SHIFT[type]})`.replace('(this.at)', 'this.at')
    const place = index === 0 ? base : `${base} + ${index}`
    if (count === 0) {
      lines.push(`  get ${cell}(): number {\n    return this.${type}[${place}]!\n  }`)
      lines.push(`  set ${cell}(value: number) {\n    this.${type}[${place}] = value\n  }`)
    } else {
      lines.push(`  ${cell}(i: number): number {\n    return this.${type}[${place} + i]!\n  }`)
      lines.push(
        `  set${cell[0]!.toUpperCase()}${cell.slice(1)}(i: number, value: number): void {\n    this.${type}[${place} + i] = value\n  }`,
      )
    }
    offset += size * (count || 1)
  }
  if (offset % 8 !== 0) throw new Error(`${name} is ${offset} bytes: add ${8 - (offset % 8)} of padding`)
  return `// Places of the cells of a ${name}, in elements of their type, from its beginning.\n${constants.join('\n')}\n\n/** ${offset} bytes a row. */\nexport class ${name} extends RowCursor {\n  static readonly bytes = ${offset}\n  constructor(capacity: number) {\n    super(${offset}, capacity)\n  }\n${lines.join('\n')}\n}\n`
}

const wanted = `// Written by tools/gen-rows.ts from layouts.ts: npm run gen. Not to be edited.
import { RowCursor } from './row-cursor.ts'

${Object.entries(layouts)
  .map(([name, layout]) => rowClass(name, layout))
  .join('\n')}`

generated('src/tables/rows.gen.ts', wanted)
