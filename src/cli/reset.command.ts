import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Backend } from '../state/backend.ts'
import { FolderInUse, FolderLock } from '../state/folder-lock.ts'
import { openState } from '../state/open-state.ts'
import { pathsOf, removeOwnKeys, removePaths } from '../state/reset.ts'
import { command, type Terminal } from './command.ts'
import { flag } from './option.ts'
import { defaultDataDir, options as programOptions } from './options.ts'
import { type StateOptions, stateConfigOf } from './state-options.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SECTION = 'Reset'
const { 'data-dir': dataDir, redis, 'redis-password-file': passwordFile, 'redis-ca': ca, 'instance-name': instanceName } = programOptions

export default command({
  name: 'reset',
  summary: 'Remove what a wiretop that is stopped has kept: its history, its state, or both. Rules and lists that you wrote stay.',
  options: {
    history: flag({ section: SECTION, about: 'Flows and series of the past.' }),
    state: flag({ section: SECTION, about: 'Names, hosts that have left, and what else is small.' }),
    all: flag({ section: SECTION, about: 'Both.' }),
    yes: flag({ short: 'y', section: SECTION, about: 'Do not ask.' }),
    'data-dir': { ...dataDir, section: SECTION },
    redis: { ...redis, section: SECTION },
    'redis-password-file': { ...passwordFile, section: SECTION },
    'redis-ca': { ...ca, section: SECTION },
    'instance-name': { ...instanceName, section: SECTION },
  },
  async run({ options, terminal }) {
    const wanted = { history: options.history || options.all, state: options.state || options.all }
    if (!wanted.history && !wanted.state) {
      terminal.err('wiretop: reset: what? Give --history, --state or --all\n')
      return EXIT_USAGE
    }
    const folder = options.dataDir ?? defaultDataDir()
    let lock: FolderLock | undefined
    let store: Backend | undefined
    try {
      lock = existsSync(folder) ? new FolderLock(folder) : undefined
      const paths = pathsOf(folder, wanted)
      store = wanted.state && options.redis !== undefined ? await openRedis(options, terminal) : undefined
      if (paths.length === 0 && store === undefined) return said(terminal, `there is nothing to remove in ${folder}`)
      const what = [...paths, ...(store === undefined ? [] : [`what ${store.where} has of ${options.instanceName} alone`])]
      if (!options.yes && !(await confirmed(what, terminal))) return said(terminal, 'nothing was removed')
      removePaths(paths)
      const keys = store === undefined ? undefined : await removeOwnKeys(store, options.instanceName)
      if (paths.length > 0) said(terminal, `removed ${paths.join(', ')}`)
      if (keys !== undefined)
        said(terminal, `removed ${keys} keys of ${options.instanceName}; names that others share stay (redis-cli FLUSHDB removes all)`)
      return EXIT_FINE
    } catch (error) {
      if (error instanceof UsageError) throw error
      terminal.err(`wiretop: reset: ${faultOf(error, folder)}\n`)
      return EXIT_FAILED
    } finally {
      await store?.close()
      lock?.release()
    }
  },
})

async function openRedis(options: StateOptions, terminal: Terminal): Promise<Backend> {
  const store = await openState(stateConfigOf(options, undefined, terminal))
  if (store.fault === undefined) return store
  const { fault } = store
  await store.close()
  throw new Error(fault.replace(/: state is kept .*/, ': nothing was removed; give the right address with -r, and see that it runs'))
}

async function confirmed(what: readonly string[], terminal: Terminal): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('reset: nobody is there to be asked: give --yes')
  terminal.out(`This will be removed for good:\n${what.map((one) => `  ${one}\n`).join('')}`)
  const ask = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await ask.question('Go on? [y/N] ')
  ask.close()
  return /^y(es)?$/i.test(answer.trim())
}

function said(terminal: Terminal, text: string): number {
  terminal.out(`${text}\n`)
  return EXIT_FINE
}

function faultOf(error: unknown, folder: string): string {
  if (error instanceof FolderInUse)
    return `${error.message.replace(/: give another.*/, '')}: stop it first (systemctl stop wiretop, or end that process), then reset again`
  const { code, message, path } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
    ? `${path ?? folder} cannot be removed (${code}): run it as the user that owns it, or as root`
    : message
}
