import { describe, expect, it } from 'vitest'
import { commandNames, dispatch, loadCommand, version } from './dispatch.ts'
import { renderHelp, renderOptionsMarkdown } from './help.ts'
import { defaultDataDir, type Options, options } from './options.ts'

async function cli(...argv: string[]) {
  let out = ''
  let err = ''
  let ran: Options | undefined
  const status = await dispatch({
    argv,
    terminal: { out: (text) => void (out += text), err: (text) => void (err += text), columns: 80 },
    signal: new AbortController().signal,
    run: async (values) => {
      ran = values
      return 0
    },
  })
  return { status, out, err, ran }
}

describe('dispatch', () => {
  it('runs the program with its options', async () => {
    expect(await cli('-i', 'a.pcap')).toMatchObject({ status: 0, out: '', err: '', ran: { interface: ['a.pcap'] } })
  })

  it('says what is wrong in one line and exits 2', async () => {
    expect(await cli('-l')).toEqual({
      status: 2,
      out: '',
      err: 'wiretop: option -l (users and log-in): not yet available in this version\n',
      ran: undefined,
    })
    expect((await cli('frobnicate')).err).toMatch(/^wiretop: frobnicate: neither a sub-command nor a configuration file: /)
    expect((await cli('-')).err).toBe('wiretop: - stands alone: to read standard input give -i -\n')
  })

  it('says what can be done with what several sub-commands share', async () => {
    expect((await cli('history')).err).toMatch(/^wiretop: history: do what\? It can be check/)
    expect((await cli('history', '-h')).err).toMatch(/^wiretop: history: do what\?/)
    expect((await cli('history', 'chek')).err).toBe('wiretop: history: did you mean wiretop history check?\n')
  })

  it('shows the version', async () => expect(await cli('--version')).toMatchObject({ status: 0, out: `wiretop ${version()}\n` }))

  it('shows the help within the width of the terminal, with every option', async () => {
    const { out, status } = await cli('-l', '--help')
    expect(status).toBe(0)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    for (const name of [...Object.keys(options), ...commandNames()]) expect(out).toContain(name)
  })

  it('has sub-commands that are named as their files', async () => {
    for (const name of commandNames()) {
      const command = await loadCommand(name)
      expect(command.name).toBe(name)
      expect(command.summary).not.toBe('')
      const { status, out } = await cli(...name.split(' '), '--help')
      expect(status).toBe(0)
      expect(out).toContain(`wiretop ${name}`)
    }
  })
})

describe('options', () => {
  const entries = Object.entries(options)

  it('has each letter and long name once', () => {
    const names = entries.flatMap(([name, option]) =>
      [name, option, ...('alias' in option ? option.alias : [])].filter((n) => typeof n === 'string'),
    )
    const letters = entries.flatMap(([, option]) => ('short' in option ? [option.short] : []))
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(letters).size).toBe(letters.length)
  })

  it('knows every letter of the guide', () => {
    const letters = new Set(entries.flatMap(([, option]) => ('short' in option ? [option.short as string] : [])))
    const guide = [...'ABCDEFGHIPSUVWXcdeghiklmnpqrsuvwx123']
    expect(guide.filter((letter) => !letters.has(letter))).toEqual([])
  })

  it('makes a row of documentation for each', () => {
    const rows = renderOptionsMarkdown(options)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(entries.length)
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5)
    expect(rows).toContainEqual(
      expect.stringMatching(/^\| `-w`, `--http-port`, `--listen` `\[ADDRESS:\]PORT` \| .* \| 127\.0\.0\.1:3000 \|$/),
    )
    expect(rows).toContainEqual(expect.stringContaining('`all\\|local\\|remote\\|none`'))
  })

  it('keeps its data where services or users do', () => {
    expect(defaultDataDir(true)).toBe('/var/lib/wiretop')
    expect(defaultDataDir(false, { XDG_STATE_HOME: '/s' })).toBe('/s/wiretop')
    expect(defaultDataDir(false, {})).toMatch(/\/\.local\/state\/wiretop$/)
  })

  it('wraps to what the terminal has, within reason', () => {
    const narrow = renderHelp({ usage: ['x'], summary: 's', options }, 10)
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  })
})
