/** `node bench/ask.ts URL EVERY_MS COUNT`: asks again and again over one connection, as a browser does; prints how long each answer took, in ms, as a JSON array. */
import { setTimeout as sleep } from 'node:timers/promises'

const [url, everyMs, count] = process.argv.slice(2)
const times: number[] = []
for (let i = 0; i < Number(count); i++) {
  const begin = performance.now()
  const answer = await fetch(url!)
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  times.push(performance.now() - begin)
  await sleep(Number(everyMs))
}
console.log(JSON.stringify(times))
