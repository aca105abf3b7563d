import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, line, type Role, span } from './line.ts'
import { Painter } from './painter.ts'
import { TestTerminal } from './testing-terminal.ts'
import { themeOf } from './theme.ts'
import { safe } from './width.ts'

const theme = themeOf(24)

describe('Painter', () => {
  it('writes nothing when nothing has changed', () => {
    const painter = new Painter(theme)
    const lines = [line('abc'), line('def', 'sent')]
    expect(painter.paint(lines, 10, 2)).not.toBe('')
    expect(painter.paint(lines, 10, 2)).toBe('')
  })
  it('writes only what differs', () => {
    const painter = new Painter(theme)
    painter.paint([line('throughput 100 kbit/s')], 30, 1)
    expect(painter.paint([line('throughput 200 kbit/s')], 30, 1)).toBe('\u001b[?25l\u001b[1;12H\u001b[0m2\u001b[0m\u001b[?25l')
  })
  it('begins and ends an update where the terminal knows those', () => {
    const painter = new Painter(theme)
    painter.synchronized = true
    expect(painter.paint([line('a')], 2, 1)).toMatch(/^\u001b\[\?2026h.*\u001b\[\?2026l$/s)
  })
  it('writes everything anew after a resize', () => {
    const painter = new Painter(theme)
    painter.paint([line('abc')], 10, 1)
    expect(painter.paint([line('abc')], 11, 1)).toContain('\u001b[2J')
  })
  it('never writes a control, whoever made the line', () => {
    const out = new Painter(theme).paint([line('a\u001b]0;x\u0007b')], 20, 1)
    expect(out.replaceAll(/\u001b\[[?\d;]*[a-zA-Z]/g, '')).not.toMatch(/\p{Cc}/u)
  })
  it('shows the cursor where it is asked to', () => {
    const painter = new Painter(theme)
    const terminal = new TestTerminal(10, 2)
    terminal.write(painter.paint([line('/ ab'), []], 10, 2, { x: 4, y: 0 }))
    expect(terminal.cursor).toEqual({ x: 4, y: 0, isSeen: true })
    terminal.write(painter.paint([line('/ ab'), []], 10, 2))
    expect(terminal.cursor.isSeen).toBe(false)
  })

  it('from any screen to any other comes to the same as that one alone', () => {
    const roles: readonly Role[] = ['plain', 'dim', 'sent', 'selected', 'head']
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('東京', 'e\u0301', '  ', 'host', 'ｶ東', '😀x'))
    const spans = fc.array(
      fc.tuple(text, fc.constantFrom(...roles)).map(([raw, role]) => span(safe(raw), role)),
      { maxLength: 4 },
    )
    const screen = fc.array(spans, { maxLength: 4 })
    fc.assert(
      fc.property(fc.array(screen, { minLength: 1, maxLength: 4 }), (screens: Line[][]) => {
        const [step, alone] = [new TestTerminal(12, 4), new TestTerminal(12, 4)]
        const painter = new Painter(theme)
        for (const lines of screens) step.write(painter.paint(lines, 12, 4))
        alone.write(new Painter(theme).paint(screens.at(-1)!, 12, 4))
        expect(step.look()).toBe(alone.look())
      }),
      { seed: 4, numRuns: 500 },
    )
  })
})

describe('themeOf', () => {
  it('has no colour where there is none to have', () => {
    for (const sgr of Object.values(themeOf(1))) expect(sgr).toMatch(/^(;[1247])*$/)
  })
  it.each([4, 8, 24] as const)('tells sent and received apart with %d bits', (depth) => {
    const { sent, rcvd } = themeOf(depth)
    expect(sent).not.toBe(rcvd)
    expect(sent).not.toBe('')
  })
})
