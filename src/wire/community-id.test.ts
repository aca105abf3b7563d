import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SHA1_LEN, sha1 } from '../lib/crypto/sha1.ts'
import { parseAddress } from './address.ts'
import { communityId, type FiveTuple } from './community-id.ts'

function tuple(proto: number, src: string, dst: string, srcPort: number, dstPort: number): FiveTuple {
  const [src0, src1, src2, src3] = parseAddress(src)!
  const [dst0, dst1, dst2, dst3] = parseAddress(dst)!
  return { src0, src1, src2, src3, dst0, dst1, dst2, dst3, proto, srcPort, dstPort }
}

describe('Community ID', () => {
  // The specification's baseline values for seeds 0 and 1. For ICMP the last two numbers are type and code.
  test.each<[number, string, string, number, number, string, string]>([
    [58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', 135, 0, 'dGHyGvjMfljg6Bppwm3bg0LO8TY=', 'kHa1FhMYIT6Ym2Vm2AOtoOARDzY='],
    [58, 'fe80::260:97ff:fe07:69ea', 'fe80::200:86ff:fe05:80da', 136, 0, 'dGHyGvjMfljg6Bppwm3bg0LO8TY=', 'kHa1FhMYIT6Ym2Vm2AOtoOARDzY='],
    [58, 'fe80::260:97ff:fe07:69ea', 'fe80::200:86ff:fe05:80da', 135, 0, 'zavyT/cezQr1fmImYCwYnMXbgck=', '2hSqmsDZ2kdcY9kbiUzOEBic0iM='],
    [58, '3ffe:501:1800:2345::2', '3ffe:507:0:1:200:86ff:fe05:80da', 3, 0, '2ObVBgIn28oZvibYZhZMBgh7WdQ=', 'lVEtCZpYu84Xqaa++3lXFyuu2n4='],
    [
      58,
      '3ffe:501:410:0:2c0:dfff:fe47:33e',
      '3ffe:507:0:1:200:86ff:fe05:80da',
      1,
      4,
      'hLZd0XGWojozrvxqE0dWB1iM6R0=',
      'W8MHwXpWzpoSTD+cGcaJr4u0ys8=',
    ],
    [58, '3ffe:507:0:1:200:86ff:fe05:80da', '3ffe:501:0:1001::2', 128, 0, '+TW+HtLHvV1xnGhV1lv7XoJrqQg=', 'GfZxjAkDk2MkegpBYHV6tadtFXQ='],
    [58, '3ffe:501:0:1001::2', '3ffe:507:0:1:200:86ff:fe05:80da', 129, 0, '+TW+HtLHvV1xnGhV1lv7XoJrqQg=', 'GfZxjAkDk2MkegpBYHV6tadtFXQ='],
    [58, 'fe80::200:86ff:fe05:80da', 'ff02::2', 133, 0, 'hO+sN4H+MG5MY/8hIrXPqc4ZQz0=', 'L7Ka0ZMYu+J3bL4ulW2PrqyXNo8='],
    [58, 'fe80::260:97ff:fe07:69ea', 'ff02::1', 134, 0, 'pkvHqCL88/tg1k4cPigmZXUtL00=', 'K/ee5UCqAMAQXDorP5nSa2CGLjc='],
    [1, '192.168.0.89', '192.168.0.1', 8, 0, 'X0snYXpgwiv9TZtqg64sgzUn6Dk=', '03g6IloqVBdcZlPyX8r0hgoE7kA='],
    [1, '192.168.0.1', '192.168.0.89', 0, 0, 'X0snYXpgwiv9TZtqg64sgzUn6Dk=', '03g6IloqVBdcZlPyX8r0hgoE7kA='],
    [1, '10.0.0.1', '10.0.0.2', 11, 0, 'YHxtAirCG//0OzkcVAukqKQN9xM=', 'XjUibYHaafLQ3pxQeiMI8g25q20='],
    [
      6,
      '2001:470:e5bf:dead:4957:2174:e82c:4887',
      '2607:f8b0:400c:c03::1a',
      63943,
      25,
      '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
      'eJYTW6AOzFLlSUoESovMjnu7rMw=',
    ],
    [
      6,
      '2607:f8b0:400c:c03::1a',
      '2001:470:e5bf:dead:4957:2174:e82c:4887',
      25,
      63943,
      '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
      'eJYTW6AOzFLlSUoESovMjnu7rMw=',
    ],
    [132, '192.168.170.8', '192.168.170.56', 7, 7, 'MP2EtRCAUIZvTw6MxJHLV7N7JDs=', '5w3ZRjeKBzqT3zsaEECDGjUbYeg='],
    [6, '128.232.110.120', '66.35.250.204', 34855, 80, 'LQU9qZlK+B5F3KDmev6m5PMibrg=', '3V71V58M3Ksw/yuFALMcW0LAHvc='],
    [6, '66.35.250.204', '128.232.110.120', 80, 34855, 'LQU9qZlK+B5F3KDmev6m5PMibrg=', '3V71V58M3Ksw/yuFALMcW0LAHvc='],
    [17, '192.168.1.52', '8.8.8.8', 54585, 53, 'd/FP5EW3wiY1vCndhwleRRKHowQ=', 'Q9We8WO3piVF8yEQBNJF4uiSVrI='],
    [17, '8.8.8.8', '192.168.1.52', 53, 54585, 'd/FP5EW3wiY1vCndhwleRRKHowQ=', 'Q9We8WO3piVF8yEQBNJF4uiSVrI='],
    [46, '10.1.12.1', '10.1.12.2', 0, 0, 'KHlLkgoJW7ifUTyTSgyVfkFHzKw=', 'rYir8gphR31noO9iDRQmF/BteEI='],
    [46, '10.1.12.2', '10.1.12.1', 0, 0, 'KHlLkgoJW7ifUTyTSgyVfkFHzKw=', 'rYir8gphR31noO9iDRQmF/BteEI='],
  ])('protocol %i, %s to %s, %i %i', (proto, src, dst, srcPort, dstPort, id, idOfSeed1) => {
    const t = tuple(proto, src, dst, srcPort, dstPort)
    expect(communityId(t)).toBe(`1:${id}`)
    expect(communityId(t, 1)).toBe(`1:${idOfSeed1}`)
  })

  test('ICMP that is not answered keeps its direction', () => {
    const bytes = [0, 0, 10, 0, 0, 2, 10, 0, 0, 1, 1, 0, 0, 11, 0, 0]
    const expected = createHash('sha1').update(Uint8Array.from(bytes)).digest('base64')
    expect(communityId(tuple(1, '10.0.0.2', '10.0.0.1', 11, 0))).toBe(`1:${expected}`)
  })

  test('equal addresses: the ports decide', () => {
    const there = communityId(tuple(6, '127.0.0.1', '127.0.0.1', 5, 80))
    expect(communityId(tuple(6, '127.0.0.1', '127.0.0.1', 80, 5))).toBe(there)
    expect(communityId(tuple(6, '127.0.0.1', '127.0.0.1', 81, 5))).not.toBe(there)
  })
})

test('SHA-1 of every length about its blocks', () => {
  const digest = new Uint8Array(SHA1_LEN)
  for (let length = 0; length < 200; length++) {
    const b = Uint8Array.from({ length: length + 3 }, (_, i) => i * 7)
    sha1(b, 0, length, digest)
    expect(Buffer.from(digest).toString('hex'), `${length}`).toBe(createHash('sha1').update(b.subarray(0, length)).digest('hex'))
  }
})
