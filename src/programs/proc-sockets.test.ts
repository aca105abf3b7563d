import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ProcSockets } from './proc-sockets.ts'
import { socketInode } from './socket-link.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** A /proc of processes and what their descriptors lead to. */
function proc(processes: Readonly<Record<number, readonly string[]>>, maxLinks?: number, maxLinksPerProcess?: number) {
  const root = mkdtempSync(join(tmpdir(), 'wiretop-proc-'))
  roots.push(root)
  const start = (pid: number, links: readonly string[]) => {
    mkdirSync(join(root, `${pid}/fd`), { recursive: true })
    links.forEach((link, fd) => void symlinkSync(link, join(root, `${pid}/fd/${fd}`)))
  }
  for (const [pid, links] of Object.entries(processes)) start(Number(pid), links)
  const end = (pid: number) => void rmSync(join(root, String(pid)), { recursive: true })
  return { sockets: new ProcSockets(root, maxLinks, maxLinksPerProcess), start, end }
}
const socket = (inode: number) => `socket:[${inode}]`
const NONE = ['/dev/null', 'pipe:[5]', 'anon_inode:[eventpoll]']
const find = (sockets: ProcSockets, nowMs: number, ...inodes: number[]) => Object.fromEntries(sockets.find(new Set(inodes), nowMs).pidOf)

test('finds holders, and again without looking further', () => {
  const { sockets } = proc({ 10: NONE, 20: [...NONE, socket(5), socket(6)], 30: [socket(7)] })
  expect(find(sockets, 0, 5, 7)).toEqual({ 5: 20, 7: 30 })
  expect(find(sockets, 0, 5, 7)).toEqual({ 5: 20, 7: 30 })
  expect(sockets.linksRead).toBe(2)
})

test('looks first at processes that had sockets, then at new ones', () => {
  const { sockets, start } = proc({ 10: NONE, 20: [socket(5)], 30: NONE })
  find(sockets, 0, 5)
  start(20, [])
  symlinkSync(socket(6), join(roots[0]!, '20/fd/9'))
  expect(find(sockets, 0, 6)).toEqual({ 6: 20 })
  // It has two, and not every file system lists them in order as /proc does.
  expect(sockets.linksRead).toBeLessThanOrEqual(2)
  start(40, [socket(8)])
  expect(find(sockets, 0, 8)).toEqual({ 8: 40 })
  expect(sockets.linksRead).toBe(1)
})

test('a number of a process that has ended is not its', () => {
  const { sockets, start, end } = proc({ 20: [socket(5)] })
  find(sockets, 0, 5)
  end(20)
  start(20, [socket(6)])
  expect(find(sockets, 0, 5)).toEqual({})
})

test('init comes last: it holds what it hands to services', () => {
  const { sockets } = proc({ 1: [socket(5)], 20: [socket(5)], 30: [socket(6)] })
  expect(find(sockets, 0, 5)).toEqual({ 5: 20 })
})

test("nobody's socket is not looked for again at once", () => {
  const { sockets } = proc({ 10: NONE })
  expect(sockets.find(new Set([5]), 0)).toMatchObject({ complete: true })
  expect(sockets.linksRead).toBe(3)
  sockets.find(new Set([5]), 9_999)
  expect(sockets.linksRead).toBe(0)
  sockets.find(new Set([5]), 10_001)
  expect(sockets.linksRead).toBe(3)
})

test('a round that is cut goes on in the next, with those that it has not reached', () => {
  const { sockets } = proc({ 10: NONE, 20: NONE, 30: NONE, 40: [socket(5)] }, 4)
  const rounds = [0, 1, 2, 3, 4].map((ms) => sockets.find(new Set([5]), ms))
  expect(rounds.map(({ complete }) => complete)).toContain(false)
  expect(Object.fromEntries(rounds.at(-1)!.pidOf)).toEqual({ 5: 40 })
})

test('of a process with very many descriptors some are looked at, and the rest are not called nobody’s', () => {
  const { sockets } = proc({ 10: [5, 6, 7, 8, 9].map(socket), 20: [socket(3)] }, undefined, 2)
  const { pidOf, complete } = sockets.find(new Set([3, 5, 6, 7, 8, 9]), 0)
  expect([pidOf.size, pidOf.get(3), complete]).toEqual([3, 20, false])
})

test.each([
  ['socket:[4294967295]', 4_294_967_295],
  ['socket:[7]', 7],
  ['socket:[]', 0],
  ['socket:[7', 0],
  ['socket:[7x]', 0],
  ['pipe:[7]', 0],
  ['/tmp/socket:[7]', 0],
  ['', 0],
])('link %s', (text, inode) => {
  const bytes = new Uint8Array(32)
  bytes.set(Buffer.from(text))
  expect(socketInode(bytes, text.length)).toBe(inode)
})

test('a link that does not fit, or none', () => {
  expect(socketInode(Buffer.from(`socket:[${'1'.repeat(23)}]`), 32)).toBe(0)
  expect(socketInode(new Uint8Array(32), -1)).toBe(0)
})
