import { afterEach, expect, it, vi } from 'vitest'
import { countOf, type FileProgress, fetchFile, MAX_KEPT_ROWS } from './fetch-file.ts'

const never = new AbortController().signal
const answering = (response: Response) => vi.stubGlobal('fetch', () => Promise.resolve(response))
afterEach(() => vi.unstubAllGlobals())

const partsOf = (...texts: string[]) =>
  new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })

it('tells how many of the rows have come', async () => {
  answering(new Response(partsOf('head\na', 'b\nc\n', 'd\n'), { headers: { 'x-wiretop-rows': '3', 'content-type': 'text/csv' } }))
  const told: FileProgress[] = []
  const file = await fetchFile('/x', true, never, (progress) => told.push(progress))
  expect(await file!.text()).toBe('head\nab\nc\nd\n')
  expect(file!.type).toBe('text/csv')
  expect(told.map(({ bytes, rows, total }) => [bytes, rows, total])).toEqual([
    [6, 1, 3],
    [10, 3, 3],
    [12, 3, 3],
  ])
})

it('leaves to the browser what is too much', async () => {
  answering(new Response(partsOf('x'), { headers: { 'x-wiretop-rows': String(MAX_KEPT_ROWS + 1) } }))
  expect(await fetchFile('/x', true, never, () => undefined)).toBeUndefined()
})

it('says what the server says, and that it is away', async () => {
  answering(new Response('{"error":{"code":"busy","message":"try again"}}', { status: 503 }))
  await expect(fetchFile('/x', true, never, () => undefined)).rejects.toThrow('try again')
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')))
  await expect(fetchFile('/x', false, never, () => undefined)).rejects.toMatchObject({ name: 'Unreachable' })
})

it('counts bytes', () => expect(countOf(new Uint8Array([10, 1, 10, 10]), 10)).toBe(3))
