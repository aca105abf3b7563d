/** Runs inside a network namespace: one request a line on standard input, one answer a line on standard output. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

for await (const line of createInterface({ input: process.stdin })) {
  const { id, url, method, file } = JSON.parse(line)
  const startedMs = performance.now()
  const body = file === undefined ? undefined : readFileSync(file)
  const answer = await fetch(url, { method, body }).then(
    async (reply) => ({ status: reply.status, text: await reply.text() }),
    (error) => ({ status: 0, text: String(error.cause ?? error) }),
  )
  process.stdout.write(`${JSON.stringify({ id, ...answer, ms: performance.now() - startedMs })}\n`)
}
