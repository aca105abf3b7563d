/** The file that holds the list of instances. Tokens stand in it, so it is its owner's alone. */
import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BadInstance, certificateFingerprint, instanceName, instanceToken, instanceUrl } from './instance-url.ts'

/** It cannot be read or written; the message says which and what to do. */
export class InstanceFileError extends Error {
  override readonly name = 'InstanceFileError'
}

export interface KeptInstance {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly token?: string | undefined
  readonly certificate?: string | undefined
}

const PRIVATE_DIR = 0o700
const PRIVATE_FILE = 0o600
const OTHERS = 0o077

/** Checked by hand: it is read as the program starts, which need not wait for a library of schemas. */
function listIn(kept: unknown): readonly KeptInstance[] | undefined {
  const list = (kept as { readonly instances?: unknown } | null)?.instances
  return Array.isArray(list) && list.every(isKept) ? list : undefined
}
const TEXTS = ['id', 'name', 'url'] as const
const MAYBE_TEXTS = ['token', 'certificate'] as const

function isKept(one: unknown): one is KeptInstance {
  const fields = (one ?? {}) as Readonly<Record<string, unknown>>
  const areTexts = TEXTS.every((name) => typeof fields[name] === 'string')
  return areTexts && MAYBE_TEXTS.every((name) => fields[name] === undefined || typeof fields[name] === 'string')
}

/** Nothing where there is no such file. Throws an InstanceFileError: what is broken is not taken for empty, it would be lost at the next change. */
export function readInstanceFile(path: string): KeptInstance[] {
  const text = readText(path)
  if (text === undefined) return []
  try {
    const list = listIn(JSON.parse(text))
    if (list === undefined) throw new InstanceFileError(`${path} is no list of instances: mend it, or remove it`)
    return list.map(checked)
  } catch (error) {
    if (error instanceof InstanceFileError) throw error
    const why = error instanceof BadInstance ? error.message : 'it is not JSON'
    throw new InstanceFileError(`${path} is no list of instances (${why}): mend it, or remove it`)
  }
}

const checked = ({ id, name, url, token, certificate }: KeptInstance): KeptInstance => ({
  id,
  name: instanceName(name),
  url: instanceUrl(url),
  ...(token !== undefined && { token: instanceToken(token) }),
  ...(certificate !== undefined && { certificate: certificateFingerprint(certificate) }),
})

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new InstanceFileError(`${path} cannot be read (${code}): let the user that wiretop runs as read it`)
  }
}

/** Whether users beside its owner can read it. */
export function isReadByOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & OTHERS) !== 0
}

/** Whole or not at all. Rejects with an InstanceFileError. */
export async function writeInstanceFile(path: string, instances: readonly KeptInstance[]): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIR })
    await writeFile(aside, `${JSON.stringify({ instances }, null, 2)}\n`, { mode: PRIVATE_FILE, flush: true, flag: 'wx' })
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    const { code } = error as NodeJS.ErrnoException
    throw new InstanceFileError(`${path} cannot be written (${code}): let the user that wiretop runs as write it and its folder`)
  }
}
