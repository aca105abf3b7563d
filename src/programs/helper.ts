import { flushCompileCache } from 'node:module'
import type { ProgramFinderState } from '../lib/programs.ts'
import { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, confine, dieWithParent } from './capabilities.ts'
import { type FindMessage, faultOfQuestion, type HelperMessage } from './messages.ts'
import { ProgramLookup } from './program-lookup.ts'

/** What it takes to see other users' open files: to list their folder, and to read its links. */
const NEEDED = { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE } as const

/** The inside of the helper process: gives up what it does not need, then answers questions until its parent goes. */
export function runHelper(): void {
  if (process.send === undefined) throw new Error('this is started by wiretop, not by hand')
  // A parent that has gone does not hear it, and 'disconnect' says so.
  const post = (message: HelperMessage) => process.send?.(message, () => undefined)
  // While it may still write there: stripping types anew at each start would take 20 MB.
  flushCompileCache()
  const kept = confine(Object.values(NEEDED))
  dieWithParent()
  const lookup = new ProgramLookup()
  const lacks = Object.entries(NEEDED).flatMap(([name, cap]) => (kept.includes(cap) ? [] : [name]))
  let refused = false

  const postState = () => {
    const state: ProgramFinderState = {
      state: 'running',
      sight: lacks.length === 0 ? 'all-users' : 'own-user',
      sockets: refused ? 'proc-net' : 'netlink',
      lacks: lacks.length === 0 ? [] : [`programs of other users cannot be told: start as root, or give ${lacks.join(' and ')}`],
    }
    post({ type: 'state', state })
  }
  const answer = ({ id, wanted }: FindMessage) => {
    post({ type: 'found', id, ...lookup.find(wanted, Date.now()) })
    if (lookup.refused === refused) return
    refused = lookup.refused
    postState()
  }

  process.on('message', (message: unknown) => {
    const why = faultOfQuestion(message)
    if (why === undefined) return answer(message as FindMessage)
    const id = (message as Partial<FindMessage> | null)?.id
    post({ type: 'refused', id: typeof id === 'number' ? id : -1, why })
  })
  process.on('disconnect', () => process.exit(0))
  // The terminal's Ctrl-C reaches it too: it ends when its parent does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  if (!process.connected) process.exit(0)
  postState()
}
