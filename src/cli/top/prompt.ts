/** The line in which a filter or an interval is typed. */
import type { Fields } from '../../lib/fields.ts'
import { type Completion, completeFilter, parseFilter } from '../../query/filter.ts'
import type { InputEvent } from './input.ts'

export interface Prompt {
  readonly kind: 'filter' | 'interval'
  readonly text: string
  /** In UTF-16 units, never within a character. */
  readonly cursor: number
  readonly completion: Completion | undefined
  readonly chosen: number
  readonly error: { readonly message: string; readonly offset: number } | undefined
}

export type PromptResult =
  | { readonly type: 'goes-on'; readonly prompt: Prompt; readonly hasChanged: boolean }
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'left' }

/** As long as a filter may be. */
const MAX_LENGTH = 8192

export function newPrompt(kind: Prompt['kind'], text: string, fields: Fields): Prompt {
  return completed({ kind, text, cursor: text.length, completion: undefined, chosen: 0, error: undefined }, fields)
}

/** With what could be typed next, as far as the grammar alone knows. */
const completed = (prompt: Prompt, fields: Fields): Prompt => ({
  ...prompt,
  chosen: 0,
  completion: prompt.kind === 'filter' ? completeFilter(prompt.text, prompt.cursor, fields) : undefined,
})

/** The same prompt with values of the traffic; as it was when it has been typed on since. */
export function withValues(prompt: Prompt, text: string, cursor: number, completion: Completion): Prompt {
  return prompt.text === text && prompt.cursor === cursor ? { ...prompt, completion } : prompt
}

export function promptInput(prompt: Prompt, event: InputEvent, fields: Fields): PromptResult {
  const goesOn = (next: Prompt): PromptResult => ({
    type: 'goes-on',
    prompt: next,
    hasChanged: next.text !== prompt.text || next.cursor !== prompt.cursor,
  })
  const edit = (text: string, cursor: number) =>
    goesOn(completed({ ...prompt, text: text.slice(0, MAX_LENGTH), cursor: Math.min(cursor, MAX_LENGTH), error: undefined }, fields))
  const { text, cursor } = prompt
  const [before, after] = [text.slice(0, cursor), text.slice(cursor)]
  const insert = (typed: string) => edit(before + typed + after, cursor + typed.length)

  if (event.type === 'text') return insert(event.text)
  if (event.type === 'paste') return insert(event.text.replace(/\p{Cc}+/gu, ' '))
  if (event.type === 'control') return control(event.letter)
  if (event.type !== 'key') return goesOn(prompt)
  switch (event.key) {
    case 'escape':
      return { type: 'left' }
    case 'enter':
      return finish(prompt, fields)
    case 'backspace':
      return edit(withoutLast(before) + after, withoutLast(before).length)
    case 'delete':
      return edit(before + withoutFirst(after), cursor)
    case 'left':
      return edit(text, withoutLast(before).length)
    case 'right':
      return edit(text, text.length - withoutFirst(after).length)
    case 'home':
      return edit(text, 0)
    case 'end':
      return edit(text, text.length)
    case 'tab':
      return edit(...taken(prompt))
    case 'down':
    case 'up':
    case 'back-tab':
      return goesOn(choose(prompt, event.key === 'down' ? 1 : -1))
    default:
      return goesOn(prompt)
  }

  function control(letter: string): PromptResult {
    if (letter === 'u') return edit(after, 0)
    if (letter === 'k') return edit(before, cursor)
    if (letter === 'a') return edit(text, 0)
    if (letter === 'e') return edit(text, text.length)
    if (letter === 'c' || letter === 'g') return { type: 'left' }
    if (letter !== 'w') return goesOn(prompt)
    const kept = before.replace(/\S*\s*$/, '')
    return edit(kept + after, kept.length)
  }
}

const withoutLast = (text: string) => [...text].slice(0, -1).join('')
const withoutFirst = (text: string) => [...text].slice(1).join('')

function choose(prompt: Prompt, step: number): Prompt {
  const count = prompt.completion?.options.length ?? 0
  return count === 0 ? prompt : { ...prompt, chosen: (prompt.chosen + step + count) % count }
}

/** The text and the cursor when the chosen option is taken. */
function taken({ text, cursor, completion, chosen }: Prompt): [string, number] {
  const option = completion?.options[chosen]
  if (completion === undefined || option === undefined) return [text, cursor]
  const before = text.slice(0, completion.from)
  // Words of the language need a space before them where one ends.
  const gap = option.kind !== 'value' && /[\w"')]$/.test(before) ? ' ' : ''
  const put = `${before}${gap}${option.text}${option.text === '..' || option.text === '(' ? '' : ' '}`
  return [put + text.slice(completion.to).replace(/^ /, ''), put.length]
}

function finish(prompt: Prompt, fields: Fields): PromptResult {
  const wrong = (message: string, offset: number): PromptResult => ({
    type: 'goes-on',
    prompt: { ...prompt, error: { message, offset }, completion: undefined },
    hasChanged: false,
  })
  const text = prompt.text.trim()
  if (prompt.kind === 'interval') {
    const isGiven = intervalMs(text) !== undefined
    return isGiven ? { type: 'done', text } : wrong(`a number of seconds from ${MIN_INTERVAL_MS / 1000} to ${MAX_INTERVAL_MS / 1000}`, 0)
  }
  const parsed = parseFilter(prompt.text, fields)
  if (parsed.ok) return { type: 'done', text }
  const { message, offset, expected } = parsed.error
  const isSaid = expected.length === 0 || message.includes('expected')
  return wrong(isSaid ? message : `${message}: ${expected.slice(0, MAX_EXPECTED).join(', ')}`, offset)
}
const MAX_EXPECTED = 6

export const MIN_INTERVAL_MS = 100
export const MAX_INTERVAL_MS = 3_600_000

/** Seconds as typed: `2`, `0.5`, `2s`. */
export function intervalMs(text: string): number | undefined {
  const seconds = /^(\d{1,5}(?:\.\d{1,3})?|\.\d{1,3})\s*s?$/.exec(text)?.[1]
  const ms = seconds === undefined ? Number.NaN : Math.round(Number(seconds) * 1000)
  return ms >= MIN_INTERVAL_MS && ms <= MAX_INTERVAL_MS ? ms : undefined
}
