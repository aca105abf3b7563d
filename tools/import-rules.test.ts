import { describe, expect, it } from 'vitest'
import { checkImports } from './import-rules.ts'

const why = (file: string, text: string) => checkImports(new Map([[file, text]])).map((v) => `${v.line}: ${v.why}`)

describe('checkImports', () => {
  const refused: [string, string, string, string][] = [
    ['a stage below', 'src/wire/a.ts', "import { x } from '../tables/x.ts'", '1: wire/ may not import from tables/'],
    ['a type of a stage below', 'src/lib/a.ts', "import type { X } from '../wire/x.ts'", '1: lib/ may not import from wire/'],
    ['a pure stage from a face', 'src/query/a.ts', "export { x } from '../api/x.ts'", '1: query/ may not import from api/'],
    ['neighbours', 'src/probe/a.ts', "import { x } from '../sources/x.ts'", '1: probe/ may not import from sources/'],
    ['another neighbour', 'src/instances/a.ts', "import { x } from '../state/x.ts'", '1: instances/ may not import from state/'],
    ['a carrier from what it carries', 'src/zmtp/a.ts', "import { x } from '../exports/x.ts'", '1: zmtp/ may not import from exports/'],
    ['a carrier in a pure folder', 'src/tables/a.ts', "import { x } from '../zmtp/x.ts'", '1: tables/ may not import from zmtp/'],
    ['neighbouring faces', 'src/cli/a.ts', "import { x } from '../api/x.ts'", '1: cli/ may not import from api/'],
    ['a test below', 'src/wire/a.test.ts', "import { x } from '../tables/x.ts'", '1: wire/ may not import from tables/'],
    ['the wiring', 'src/api/a.ts', "import '../main.ts'", '1: src/main.ts wires the parts: nobody imports it'],
    ['a folder deeper', 'src/tables/views/a.ts', "import { x } from '../../probe/x.ts'", '1: tables/ may not import from probe/'],
    ['late', 'src/wire/a.ts', "const x = await import('../cli/x.ts')", '1: wire/ may not import from cli/'],
    ['over several lines', 'src/wire/a.ts', "import {\n  x,\n  y,\n} from '../cli/x.ts'", '4: wire/ may not import from cli/'],
    ['for its effect', 'src/wire/a.ts', "import '../cli/x.ts'", '1: wire/ may not import from cli/'],
    ['Node in a pure folder', 'src/wire/a.ts', "import { readFileSync } from 'node:fs'", '1: node:fs: wire/ runs in a browser too'],
    ['a package in a pure folder', 'src/wire/a.ts', "import x from 'x'", '1: x: not among the packages that pure folders may use'],
    ['process', 'src/names/a.ts', 'const a = 1\nprocess.exit(a)', '2: process: names/ runs in a browser too'],
    ['Buffer', 'src/wire/a.ts', 'const a = Buffer.from([])', '1: Buffer: wire/ runs in a browser too'],
    ['what is for tests', 'src/query/a.ts', "import { x } from './testing.ts'", '1: src/query/testing.ts is for tests'],
    [
      'the tables in the console',
      'web/lib/a.ts',
      "import { x } from '../../src/tables/x.ts'",
      '1: web/ may import only types from tables/',
    ],
    ['the tools', 'src/cli/a.ts', "import { x } from '../../tools/x.ts'", '1: tools/x.ts is outside src/'],
  ]
  it.each(refused)('refuses %s', (_, file, text, fault) => expect(why(file, text)).toEqual([fault]))

  const fine: [string, string, string][] = [
    ['a stage above', 'src/tables/a.ts', "import { x } from '../wire/x.ts'"],
    ['its own folder', 'src/api/a.ts', "import { x } from './b.ts'"],
    ['a pure stage from in and out', 'src/probe/a.ts', "import { x } from '../query/x.ts'"],
    ['a carrier from in and out', 'src/sources/zmq/a.ts', "import { x } from '../../zmtp/x.ts'"],
    ['in and out from a face', 'src/cli/a.ts', "import { x } from '../sources/x.ts'"],
    ['anything in the wiring', 'src/probe.worker.ts', "import { x } from './sources/x.ts'\nimport { y } from './api/y.ts'"],
    ['Node in a test', 'src/wire/a.test.ts', "import { readFileSync } from 'node:fs'\nprocess.cwd()"],
    ['Node out of the pure folders', 'src/sources/a.ts', "import { readFileSync } from 'node:fs'"],
    ['types in the console', 'web/lib/a.ts', "import type { X } from '../../src/api/x.ts'"],
    ['the glossary in the console', 'web/lib/a.ts', "import { x } from '../../src/lib/fields.ts'"],
    [
      'what a comment or a string says',
      'src/wire/a.ts',
      "// process.exit()\n/* import x from '../cli/x.ts' */\nconst a = 'http://x' // Buffer.from",
    ],
    ['a helper of tests in a test', 'src/query/a.test.ts', "import { x } from './a-testing.ts'"],
    ['a member of that name', 'src/wire/a.ts', 'this.process.run(a.Buffer(1))'],
  ]
  it.each(fine)('lets %s pass', (_, file, text) => expect(why(file, text)).toEqual([]))
})
