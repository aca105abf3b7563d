/** Processes as /proc tells of them, and programs that may be installed. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Undefined while there are none. */
export function childrenOf(pid: number): number[] | undefined {
  const all = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  )
  return all.length === 0 ? undefined : all
}

/** One that has ended may wait for its parent to notice. */
export const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}/status`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))

/** Bytes that wait unread in a UDP socket of this machine's; undefined: none is bound to the port (/proc/net/udp, proc_net(5)). */
export function udpUnread(port: number): number | undefined {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of readFileSync('/proc/net/udp', 'latin1').split('\n').slice(1)) {
    const [, local, , , queues] = line.trim().split(/\s+/)
    if (local?.endsWith(ending)) return Number.parseInt(queues!.split(':')[1]!, 16)
  }
  return undefined
}

export interface ThreadRights {
  readonly uids: string
  readonly groups: string
  readonly capabilities: readonly string[]
}

/** Of every thread of the process. */
export function rightsOf(pid: number): ThreadRights[] {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).flatMap((thread) => {
    const file = `${folder}/${thread}/status`
    if (!existsSync(file)) return []
    const status = readFileSync(file, 'latin1')
    const value = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)![1]!.trim().replaceAll('\t', ' ')
    return { uids: value('Uid'), groups: value('Groups'), capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map(value) }
  })
}

export const has = (program: string): boolean => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
/** Why a test that needs them is skipped, or undefined: `by` is what installs them. */
export function whyMissing(programs: readonly string[], by = programs.join(' ')): string | undefined {
  const missing = programs.filter((program) => !has(program))
  return missing.length === 0 ? undefined : `skipped: ${missing.join(', ')} not installed: apt-get install ${by}`
}
