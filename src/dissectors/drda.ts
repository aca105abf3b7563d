import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// DRDA volume 3 (DDM) §DSS: length, magic, kind and chaining, correlation; then the object: its length, code point.
const HEADER_LEN = 10
const MAGIC = 0xd0
const KIND_AT = 3
const KIND = 0x0f
const LAST_KIND = 5
const RESERVED = 0x80

/** The code points that open and close conversations and carry statements. */
const CODE_POINTS: Readonly<Record<number, string>> = {
  4161: 'EXCSAT',
  5187: 'EXCSATRD',
  4205: 'ACCSEC',
  5292: 'ACCSECRD',
  4206: 'SECCHK',
  4633: 'SECCHKRM',
  8193: 'ACCRDB',
  8705: 'ACCRDBRM',
  8196: 'BNDSQLSTT',
  8197: 'CLSQRY',
  8198: 'CNTQRY',
  8200: 'DSCSQLSTT',
  8202: 'EXCSQLIMM',
  8203: 'EXCSQLSTT',
  8204: 'OPNQRY',
  8205: 'PRPSQLSTT',
  8206: 'RDBCMM',
  8207: 'RDBRLLBCK',
  8212: 'EXCSQLSET',
  8715: 'ENDQRYRM',
  8716: 'ENDUOWRM',
  8709: 'OPNQRYRM',
  8718: 'RDBAFLRM',
  8723: 'SQLERRRM',
  8721: 'RDBNFNRM',
  9224: 'SQLCARD',
  9233: 'SQLDARD',
  9236: 'SQLSTT',
  9242: 'QRYDSC',
  9243: 'QRYDTA',
}

export default dissector({
  name: 'DRDA',
  category: 'Database',
  about: 'DB2, Informix and Derby: magic, two lengths that agree and a known code point',
  over: 'tcp',
  trialPorts: [446, 448, 1527, 50_000],
  minLen: KIND_AT + 1,
  fields: { command: text('Command') },

  signature(c) {
    const length = c.peek16()
    const kind = c.peek(KIND_AT)
    if (c.peek(2) !== MAGIC || (kind & RESERVED) !== 0 || (kind & KIND) < 1 || (kind & KIND) > LAST_KIND) return Exclude
    if (c.left < HEADER_LEN) return NeedMore
    return length >= HEADER_LEN && c.peek16(6) === length - 6 && CODE_POINTS[c.peek16(8)] !== undefined ? Match : Exclude
  },

  extract(c, out) {
    const command = CODE_POINTS[c.peek16(8)]
    if (command !== undefined) out.command = command
  },
})
