/** Processes as /proc tells of them. */
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
