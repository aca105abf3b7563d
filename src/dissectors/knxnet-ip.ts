import { dissector, Exclude, Match, text } from './dissector.ts'

// KNX standard 03_08_01: header length 6, version 1.0, service, length of all.
const HEADER = 0x0610
const HEADER_LEN = 6
const MAX_TOTAL = 2048

const SERVICES: Readonly<Record<number, string>> = {
  513: 'search request',
  514: 'search response',
  515: 'description request',
  516: 'description response',
  517: 'connect request',
  518: 'connect response',
  519: 'connection state request',
  520: 'connection state response',
  521: 'disconnect request',
  522: 'disconnect response',
  523: 'extended search request',
  524: 'extended search response',
  784: 'configuration request',
  785: 'configuration acknowledgement',
  1056: 'tunnelling request',
  1057: 'tunnelling acknowledgement',
  1058: 'tunnelling feature get',
  1059: 'tunnelling feature response',
  1060: 'tunnelling feature set',
  1061: 'tunnelling feature info',
  1328: 'routing indication',
  1329: 'routing lost message',
  1330: 'routing busy',
  1331: 'routing system broadcast',
  1856: 'remote diagnostic request',
  1857: 'remote diagnostic response',
  1858: 'remote configuration request',
  1859: 'remote reset request',
  2176: 'object server',
  2384: 'secure wrapper',
  2385: 'secure session request',
  2386: 'secure session response',
  2387: 'secure session authenticate',
  2388: 'secure session status',
  2389: 'secure timer notify',
}

export default dissector({
  name: 'KNXnet_IP',
  category: 'IoT-Scada',
  about: 'Building automation over IP (KNX): header length and version, a known service, the exact length',
  over: ['udp', 'tcp'],
  ports: [3671],
  firstBytes: [HEADER >> 8],
  secondBytes: [HEADER & 0xff],
  minLen: HEADER_LEN,
  fields: { service: text('Service') },

  signature(c, ctx) {
    const length = c.peek16(4)
    if (c.peek16() !== HEADER || SERVICES[c.peek16(2)] === undefined || length < HEADER_LEN || length > MAX_TOTAL) return Exclude
    return ctx.proto === 6 || length === Math.max(c.left, ctx.wireLeft) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const service = SERVICES[c.peek16(2)]
    if (service === undefined) return
    out.service = service
    ctx.info(service)
  },
})
