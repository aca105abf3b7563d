import { dissector, Exclude, Match } from './dissector.ts'
import { isDtls, readDtls } from './dtls-records.ts'
import { certificateFields, helloFields } from './tls-hello.ts'

export default dissector({
  name: 'DTLS',
  category: 'Web',
  about: 'Datagram TLS 1.0 to 1.3 (RFC 6347, RFC 9147): datagrams that are records from end to end',
  over: 'udp',
  trialPorts: [443, 684, 853, 4433, 5349, 5684, 10_161],
  firstBytes: (byte) => byte >= 20 && byte <= 26,
  minLen: 14,
  fields: { ...helloFields, ...certificateFields },
  // A chain in fragments of a few hundred bytes, with the cookie's round before it.
  maxMore: 24,

  signature: (c, ctx) => (isDtls(c, ctx) ? Match : Exclude),
  extract(c, out, ctx) {
    // The socket of a call, known by another flow; that there would be media we knew.
    const app = ctx.memo === 0 ? ctx.announced() : ''
    if (app !== '' && app !== 'RTP' && app !== 'RTCP') ctx.inside(app)
    return readDtls(c, out, ctx)
  },
})
