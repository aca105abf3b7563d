import { dissector, Exclude, Match } from './dissector.ts'

/** DNSCrypt protocol 2: every encrypted answer begins with these bytes, then the nonce of 24. */
const RESOLVER_MAGIC = 'r6fnvWj8'
const LEAST_ANSWER = RESOLVER_MAGIC.length + 24 + 16
const LENGTH_PREFIX = 2

export default dissector({
  name: 'DNScrypt',
  category: 'Network',
  about: 'Encrypted name resolution: answers that begin with the magic bytes of DNSCrypt 2 (its certificate is fetched by plain DNS)',
  over: ['udp', 'tcp'],
  minLen: LEAST_ANSWER,
  firstBytes: (byte, over) => (over === 'tcp' ? byte < 0x10 : byte === 0x72),

  signature(c, ctx) {
    return c.startsWith(RESOLVER_MAGIC, ctx.proto === 6 ? LENGTH_PREFIX : 0) ? Match : Exclude
  },
})
