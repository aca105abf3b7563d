/** From the command to the first answer of the API about a capture, against starting Node with nothing to do. Medians of seven, after one to warm up. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { median, root } from './measure.ts'

const RUNS = 7
const AIM_MS = 1000
const POLL_MS = 5
const run = (...args: string[]) => [join(root, 'tools/run.js'), ...args.map((arg) => (arg.endsWith('.ts') ? join(root, arg) : arg))]

async function bareStart(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '0']), 'exit')
  return performance.now() - begin
}

async function firstAnswer(): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, run('tools/start.ts', '-w', 'auto', '-i', join(root, 'samples/office.pcap')), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (part: Buffer) => (said += part.toString()))
  const exit = once(child, 'exit')
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`)
      if (await hasHosts(/https?:\/\/\S+:\d+/.exec(said)?.[0])) return performance.now() - begin
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  } finally {
    child.kill('SIGTERM')
    await exit
  }
}

async function hasHosts(url: string | undefined): Promise<boolean> {
  if (url === undefined) return false
  const reply = await fetch(`${url}/api/v1/hosts?limit=10`).catch(() => undefined)
  return reply?.ok === true && ((await reply.json()) as { items: unknown[] }).items.length > 0
}

await firstAnswer()
const bare: number[] = []
const whole: number[] = []
for (let i = 0; i < RUNS; i++) {
  bare.push(await bareStart())
  whole.push(await firstAnswer())
}
console.log(
  `start: ${median(whole).toFixed(0)} ms to the first answer with hosts in it, ${(median(whole) / median(bare)).toFixed(1)} × a bare start of Node ` +
    `(${median(bare).toFixed(0)} ms); the aim is ${AIM_MS} ms`,
)
