import type { ComponentType } from 'react'
import type { MessageKey } from './messages.ts'

/** One row of the table that gives routes and menu. */
export interface Page {
  /** As the router writes it: `/hosts/$address`. */
  readonly path: string
  readonly title: MessageKey
  /** Where it stands in the rail, its icon and the letter after `g`; without it the page is reached from others. */
  readonly rail?: { readonly order: number; readonly icon: string; readonly letter: string }
  /** The rail entry that is lit while this page is shown. */
  readonly under?: string
  readonly load: () => Promise<{ readonly default: ComponentType }>
}

export const page = (one: Page): Page => one
