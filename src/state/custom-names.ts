/** The files in which users say what applications and categories are, and their texts. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CustomDocument, RuleFault, RuleKind } from '../lib/custom-rules.ts'
import { type CustomTexts, NO_CUSTOM_TEXTS, type RuleText, withNames } from '../names/custom-names.ts'
import { parseList, parseRules } from '../names/custom-rules.ts'

export interface CategoryFile {
  readonly path: string
  /** A plain list: all that is in it has this category. Without it, a file of rules. */
  readonly category?: string
}
export interface CustomFiles {
  readonly rules?: string | undefined
  readonly categories: readonly CategoryFile[]
  /** Folder in which texts are kept for which no file was given; without it they last as long as the program. */
  readonly dataDir?: string | undefined
}

/** A file cannot be read or written; the message says which and what to do. */
export class CustomFileError extends Error {
  override readonly name = 'CustomFileError'
}

const KEPT_IN: Readonly<Record<RuleKind, string>> = { applications: 'custom-rules.txt', categories: 'custom-categories.txt' }
/** How the text is called that no file holds. */
const NOT_KEPT: Readonly<Record<RuleKind, string>> = { applications: 'the custom rules', categories: 'the custom categories' }
const PRIVATE_DIR = 0o700
const PRIVATE_FILE = 0o600

interface Place {
  /** Undefined: it lasts as long as the program. */
  readonly path: string | undefined
  /** It may not be there yet. */
  readonly isOurs: boolean
}

export class CustomNames {
  private readonly places: Readonly<Record<RuleKind, Place>>
  /** Files of categories beside the one that is edited. */
  private readonly beside: readonly CategoryFile[]
  private edited: Readonly<Record<RuleKind, string>> = { applications: '', categories: '' }
  private others: readonly RuleText[] = []
  private current: CustomTexts = NO_CUSTOM_TEXTS
  private turn: Promise<unknown> = Promise.resolve()
  private readonly listeners = new Set<(texts: CustomTexts) => void>()

  constructor({ rules, categories, dataDir }: CustomFiles) {
    const first = categories.find(({ category }) => category === undefined)
    this.places = { applications: placeOf('applications', rules, dataDir), categories: placeOf('categories', first?.path, dataDir) }
    this.beside = categories.filter((file) => file !== first)
  }

  /** Reads all files. Throws a CustomFileError when one cannot be read: then all stays as it was. */
  load(): void {
    const edited = { applications: this.readPlace('applications'), categories: this.readPlace('categories') }
    const others = this.beside.map(({ path, ...list }) => ({ file: path, text: readText(path), ...list }))
    this.edited = edited
    this.others = others
    this.apply()
  }

  get texts(): CustomTexts {
    return this.current
  }
  get faults(): readonly RuleFault[] {
    const { applications, categories } = this.current
    return [
      ...applications.flatMap((text) => faultsOf(text, 'applications')),
      ...categories.flatMap((text) => faultsOf(text, 'categories')),
    ]
  }

  document(kind: RuleKind): CustomDocument {
    const text = this.edited[kind]
    const others = kind === 'categories' ? this.others : []
    const { path } = this.places[kind]
    return {
      kind,
      ...(path !== undefined && { file: path }),
      text,
      faults: this.check(kind, text),
      others: others.map((one) => ({
        file: one.file,
        ...(one.category !== undefined && { category: one.category }),
        faults: faultsOf(one, kind),
      })),
    }
  }
  /** What would be wrong with a text. */
  check(kind: RuleKind, text: string): readonly RuleFault[] {
    return parseRules(this.nameOf(kind), text, kind).faults
  }

  /** Keeps a text and lets it hold at once; rules with faults are left out. Rejects with a CustomFileError when it cannot be kept: then the former one holds. */
  save(kind: RuleKind, text: string): Promise<CustomDocument> {
    const saved = this.turn.then(async () => {
      const { path } = this.places[kind]
      if (path !== undefined) await writeText(path, text)
      this.edited = { ...this.edited, [kind]: text }
      this.apply()
      return this.document(kind)
    })
    this.turn = saved.catch(() => undefined)
    return saved
  }

  onChange(listener: (texts: CustomTexts) => void): void {
    this.listeners.add(listener)
  }

  private apply(): void {
    const { applications, categories } = this.edited
    const texts = {
      applications: [{ file: this.nameOf('applications'), text: applications }],
      categories: [{ file: this.nameOf('categories'), text: categories }, ...this.others],
    }
    this.current = { ...texts, namesSoFar: withNames(this.current.namesSoFar, texts.applications, texts.categories) }
    for (const listener of this.listeners) listener(this.current)
  }

  private nameOf(kind: RuleKind): string {
    return this.places[kind].path ?? NOT_KEPT[kind]
  }
  private readPlace(kind: RuleKind): string {
    const { path, isOurs } = this.places[kind]
    return path === undefined ? this.edited[kind] : readText(path, isOurs)
  }
}

const placeOf = (kind: RuleKind, path: string | undefined, dataDir: string | undefined): Place =>
  path === undefined ? { path: dataDir === undefined ? undefined : join(dataDir, KEPT_IN[kind]), isOurs: true } : { path, isOurs: false }

const faultsOf = ({ file, text, category }: RuleText, kind: RuleKind): readonly RuleFault[] =>
  (category === undefined ? parseRules(file, text, kind) : parseList(file, text, category)).faults

function readText(path: string, mayBeAbsent = false): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (mayBeAbsent && code === 'ENOENT') return ''
    throw new CustomFileError(`${path} cannot be read (${code}): give a text file that this user may read`)
  }
}

/** Whole or not at all; in a folder where no file can be made, in its place. */
async function writeText(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIR })
    await writeFile(aside, text, { mode: PRIVATE_FILE, flush: true })
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    const { code } = error as NodeJS.ErrnoException
    const written = code === 'EACCES' || code === 'EPERM' ? await writeInPlace(path, text) : false
    if (!written) throw new CustomFileError(`${path} cannot be written (${code}): let the user that wiretop runs as write it`)
  }
}
const writeInPlace = (path: string, text: string): Promise<boolean> =>
  writeFile(path, text, { flag: 'r+' }).then(
    () => true,
    () => false,
  )
