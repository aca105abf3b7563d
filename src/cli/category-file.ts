import type { CategoryFile } from '../state/custom-names.ts'
import { Refusal } from './option.ts'

/** What `--category` says: FILE, or CATEGORY=FILE. What stands before a = and has a / in it is a path. */
export function categoryFile(text: string): CategoryFile {
  const equals = text.indexOf('=')
  const category = text.slice(0, equals).trim()
  return equals < 0 || category.includes('/') ? { path: text } : { category, path: text.slice(equals + 1) }
}

export function refusedCategory(text: string): Refusal | undefined {
  const { path, category } = categoryFile(text)
  if (category !== undefined && !/^[\p{L}\p{N}_+ .&-]{1,64}$/u.test(category))
    return new Refusal(`${category || 'nothing'} cannot be the name of a category`)
  return path === '' ? new Refusal('say which file: CATEGORY=FILE') : undefined
}
