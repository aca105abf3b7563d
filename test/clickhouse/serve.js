/**
 * A real ClickHouse, out of chdb's library: `node serve.js FOLDER HTTP_PORT TCP_PORT [CONFIG]`. It ends by itself when its standard input does, because the last of its questions
 * reads from there. Not typed: its packages are installed only where these tests run.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const { DataType, load, open } = require('ffi-rs')
const [folder, httpPort, tcpPort, config] = process.argv.slice(2)
const chdb = createRequire(require.resolve('chdb'))
const library = join(dirname(chdb.resolve('@chdb/lib-linux-x64-gnu/package.json')), 'libchdb.so')
const args = [
  'clickhouse',
  `--path=${folder}`,
  `--http_port=${httpPort}`,
  `--tcp_port=${tcpPort}`,
  '--listen_host=127.0.0.1',
  ...(config === undefined ? [] : [`--config-file=${config}`]),
  '--structure=x String',
  '--input-format=LineAsString',
  '--query=SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT count() FROM table FORMAT Null',
]
open({ library: 'chdb', path: library })
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
})
process.exit(0)
