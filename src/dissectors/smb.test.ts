import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u32 } from './dns-testing.ts'
import smbv1 from './smbv1.ts'
import smbv23 from './smbv23.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const le16 = (n: number) => Uint8Array.of(n & 255, n >> 8)
const le32 = (n: number) => concat(le16(n & 0xffff), le16(n >>> 16))
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
const framed = (...parts: Uint8Array[]) => {
  const body = concat(...parts)
  return concat(u32(body.length), body)
}
const smb2 = (command: number, isResponse: boolean, body: Uint8Array) =>
  framed(hex('fe'), latin1('SMB'), le16(64), le16(0), le32(0), le16(command), le16(1), le32(isResponse ? 1 : 0), new Uint8Array(44), body)
const smb1 = (command: number, flags2: number, body: Uint8Array) =>
  framed(hex('ff'), latin1('SMB'), Uint8Array.of(command), le32(0), Uint8Array.of(0x18), le16(flags2), new Uint8Array(20), body)

/** MS-NLMP §2.2.1.3: eight fields of length, room and offset, then what they point to. */
const ntlm = (domain: string, user: string, workstation: string) => {
  const texts = [utf16(domain), utf16(user), utf16(workstation)]
  let at = 64
  const fields = texts.map((t) => {
    const field = concat(le16(t.length), le16(t.length), le32(at))
    at += t.length
    return field
  })
  const none = concat(le16(0), le16(0), le32(64))
  return concat(latin1('NTLMSSP\0'), le32(3), none, none, ...fields, none, le32(0), ...texts)
}

describe('SMB 2 and 3', () => {
  const negotiate = smb2(0, false, concat(le16(36), le16(1), new Uint8Array(32), le16(0x0311)))
  const answer = smb2(0, true, concat(le16(65), le16(1), le16(0x0311), new Uint8Array(60)))
  const path = utf16('\\\\files\\public')
  const tree = smb2(3, false, concat(le16(9), le16(0), le16(72), le16(path.length), path))
  const login = smb2(1, false, concat(le16(25), new Uint8Array(22), ntlm('CORP', 'bob', 'LAPTOP7')))

  test('dialect, login and share', () => {
    const said = show(smbv23, [fromClient(negotiate), fromServer(answer), fromClient(login), fromClient(tree)])
    expect(said).toMatchObject({
      verdict: Match,
      becomes: 'NetBIOS',
      inside: 'SMBv23',
      info: '\\\\files\\public',
      fields: { dialect: '3.1.1', user: 'bob', domain: 'CORP', share: '\\\\files\\public' },
    })
    expect(said.names).toEqual([{ end: 'client', name: 'laptop7', from: 'netbios' }])
  })
  test('a message in pieces, and two in one segment', () => {
    const bytes = concat(login, tree)
    const said = show(smbv23, [fromClient(bytes.subarray(0, 40)), fromClient(bytes.subarray(40, 100)), fromClient(bytes.subarray(100))])
    expect(said.fields).toMatchObject({ user: 'bob', share: '\\\\files\\public' })
  })
  test('encrypted from the first packet seen', () => {
    expect(show(smbv23, [fromClient(framed(hex('fd'), latin1('SMB'), new Uint8Array(100)))])).toMatchObject({
      verdict: Match,
      inside: 'SMBv23',
    })
  })
  test('a long message is not waited for: the stream is left', () => {
    const write = smb2(9, false, new Uint8Array(60_000))
    const said = show(smbv23, [fromClient(negotiate), fromClient(write.subarray(0, 10_000)), fromClient(write.subarray(10_000, 20_000))])
    expect(said).toMatchObject({ verdict: Match, wantsMore: false })
  })
  test.each([
    ['another header size', framed(hex('fe'), latin1('SMB'), le16(63), new Uint8Array(70)), Exclude],
    ['a command beyond the last', smb2(0x13, false, new Uint8Array(8)), Exclude],
    ['a header cut off', negotiate.subarray(0, 40), NeedMore],
    ['a frame too short for a header', framed(hex('fe'), latin1('SMB')), Exclude],
    ['SMB 1', smb1(0x72, 0, hex('00 0000')), Exclude],
  ])('%s', (_case, bytes, verdict) => {
    expect(show(smbv23, [fromClient(bytes)]).verdict).toBe(verdict)
  })
  test('text that points outside its message is none', () => {
    const lying = smb2(3, false, concat(le16(9), le16(0), le16(60_000), le16(40), path))
    expect(show(smbv23, [fromClient(lying)])).toMatchObject({ verdict: Match, fields: {} })
  })
})

describe('SMB 1', () => {
  const dialects = latin1('\x02NT LM 0.12\0\x02SMB 2.???\0')
  const negotiate = smb1(0x72, 0xc853, concat(hex('00'), le16(dialects.length), dialects))
  test('dialects; a newer one chosen makes it SMB 2', () => {
    const said = show(smbv1, [fromClient(negotiate)])
    expect(said).toMatchObject({ verdict: Match, becomes: 'NetBIOS', inside: 'SMBv1', fields: { dialects: ['NT LM 0.12', 'SMB 2.???'] } })
    expect(show(smbv1, [fromClient(negotiate), fromServer(smb2(0, true, new Uint8Array(65)))]).inside).toBe('SMBv23')
  })
  test('login and share', () => {
    const login = smb1(0x73, 0xc853, concat(hex('0c'), new Uint8Array(26), ntlm('CORP', 'bob', 'LAPTOP7')))
    const share = smb1(0x75, 0x8001, concat(hex('04 ff000000 0000'), le16(1), le16(40), hex('00'), utf16('\\\\OLD\\C$'), hex('0000')))
    const said = show(smbv1, [fromClient(login), fromClient(share)], { serverPort: 139 })
    expect(said.fields).toMatchObject({ user: 'bob', domain: 'CORP', share: '\\\\OLD\\C$' })
  })
  test.each([
    ['SMB 2', smb2(0, false, new Uint8Array(36)), Exclude],
    ['the identifier without a frame', concat(hex('ff'), latin1('SMB'), new Uint8Array(40)), Exclude],
    ['cut off', negotiate.subarray(0, 20), NeedMore],
  ])('%s', (_case, bytes, verdict) => {
    expect(show(smbv1, [fromClient(bytes)]).verdict).toBe(verdict)
  })
})

test('the same however it is cut', () => {
  sameHoweverCut(smbv23, smb2(3, false, concat(le16(9), le16(0), le16(72), le16(4), utf16('\\\\'))))
  const dialects = latin1('\x02NT LM 0.12\0')
  sameHoweverCut(smbv1, smb1(0x72, 0, concat(hex('00'), le16(dialects.length), dialects)))
})
test('an impossible number of words is not SMB 1', () => {
  expect(show(smbv1, [fromClient(smb1(0x72, 0, concat(hex('ff'), new Uint8Array(40))))]).verdict).toBe(Exclude)
})
test('characters that would not be visible are replaced', () => {
  const path = utf16('a\u0007\u202e\u0085b')
  const tree = smb2(3, false, concat(le16(9), le16(0), le16(72), le16(path.length), path))
  expect(show(smbv23, [fromClient(tree)]).fields['share']).toBe('a???b')
})
test('only a request asks for a share', () => {
  const path = utf16('x')
  expect(
    show(smbv23, [fromServer(smb2(3, true, concat(le16(9), le16(0), le16(72), le16(path.length), path)))]).fields['share'],
  ).toBeUndefined()
})
