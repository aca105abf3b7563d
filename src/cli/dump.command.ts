import { command } from './command.ts'
import { valued } from './option.ts'
import { wholeNumber } from './option-values.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE } from './usage-error.ts'

const SECTION = 'Dump'
const USUAL_URL = 'http://127.0.0.1:3000'

export default command({
  name: 'dump',
  summary: 'Print what a running wiretop knows of one host, or everything live, as JSON.',
  operands: '[HOST[@VLAN]]',
  options: {
    url: valued(
      { value: 'URL', section: SECTION, about: 'Where that wiretop serves its console.', shownDefault: USUAL_URL },
      USUAL_URL,
      (text) => text,
    ),
    interface: valued(
      { short: 'i', value: 'ID', section: SECTION, about: 'Interface by its number.', shownDefault: 'the first' },
      undefined as number | undefined,
      wholeNumber(1, 1_000_000),
    ),
  },
  async run({ options, operands, terminal, signal }) {
    const fail = (status: number, text: string) => {
      terminal.err(`wiretop: ${text}\n`)
      return status
    }
    if (operands.length > 1) return fail(EXIT_USAGE, `dump: one host at a time: ${operands[1]} is one too many`)
    const [host, vlan] = operands[0]?.split('@') ?? []
    const base = URL.parse(options.url)
    if (base === null) return fail(EXIT_USAGE, `dump: ${options.url} is no URL: give one as ${USUAL_URL}`)
    const url = new URL('/api/v1/export', base)
    for (const [name, value] of Object.entries({ interface: options.interface, host, vlan })) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const answer = await fetch(url, { signal }).catch((error: Error) => error)
    if (answer instanceof Error) return fail(EXIT_FAILED, `dump: no wiretop answers on ${base.origin}: start one, or say where with --url`)
    if (!answer.ok) return fail(answer.status < 500 ? EXIT_USAGE : EXIT_FAILED, `dump: ${await faultOf(answer)}`)
    const text = new TextDecoder()
    for await (const chunk of answer.body!) terminal.out(text.decode(chunk as Uint8Array, { stream: true }))
    terminal.out('\n')
    return EXIT_FINE
  },
})

async function faultOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  return body?.error?.message ?? `the answer was ${answer.status} ${answer.statusText}`
}
