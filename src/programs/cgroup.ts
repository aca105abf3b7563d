/** Container and service of a process by its control groups (cgroups(7)): engines and systemd name the group after what runs in it. */
import type { ContainerEngine } from '../lib/programs.ts'

export interface CgroupNames {
  readonly container?: string
  readonly engine?: ContainerEngine
  readonly pod?: string
  readonly service?: string
}

const SHORT_ID = 12
/** Groups below a process's own that are looked at; deeper ones are somebody's game. */
const MAX_SEGMENTS = 32

/** `PREFIX-ID.scope` or `PREFIX-ID`, as systemd's and the plain driver write it. */
const PREFIXED = /^(docker|libpod|cri-containerd|crio|nerdctl)-(?:payload-)?([0-9a-f]{64})(?:\.scope)?$/
const ENGINES: Readonly<Record<string, ContainerEngine>> = {
  docker: 'docker',
  libpod: 'podman',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
}
const PLAIN_ID = /^[0-9a-f]{64}$/
/** Groups whose plainly numbered children are containers. */
const PARENTS: Readonly<Record<string, ContainerEngine>> = { docker: 'docker', libpod_parent: 'podman' }
/** kubepods-burstable-pod6a2c…_….slice, or pod6a2c…-…. */
const POD = /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?$/
const LXC = /^lxc\.payload\.(.+)$/
const NSPAWN = /^(?:systemd-nspawn@(.+)\.service|machine-(.+)\.scope)$/
/** containerd without systemd below Kubernetes: SLICE:cri-containerd:ID. */
const COLONS = /^[^:]+:cri-containerd:([0-9a-f]{64})$/

/** `text`: /proc/PID/cgroup, a line a hierarchy as ID:CONTROLLERS:PATH. */
export function readCgroup(text: string): CgroupNames {
  const paths = text
    .split('\n')
    .map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line))
    .filter((m) => m !== null)
  const unified = paths.find((m) => m[1] === '')?.[2]
  const systemd = paths.find((m) => m[1] === 'name=systemd')?.[2]
  const all = [unified, systemd, ...paths.map((m) => m[2])].filter((path) => path !== undefined && path !== '/')
  let container: CgroupNames = {}
  for (const path of all) {
    container = containerOf(segments(path!))
    if (container.container !== undefined) break
  }
  const service = serviceOf(segments(unified ?? '')) ?? serviceOf(segments(systemd ?? ''))
  return service === undefined ? container : { ...container, service }
}

const segments = (path: string) => path.split('/').filter(Boolean).slice(0, MAX_SEGMENTS)

/** The outermost container: what runs inside it is its own affair. */
function containerOf(path: readonly string[]): CgroupNames {
  for (let i = 0; i < path.length; i++) {
    const found = containerAt(path[i]!, path[i - 1] ?? '')
    if (found === undefined) continue
    const pod = path
      .slice(0, i + 1)
      .map((segment) => POD.exec(segment.split(':')[0]!)?.[1])
      .find((uid) => uid !== undefined)
    return pod === undefined ? found : { ...found, pod: pod.replaceAll('_', '-') }
  }
  return {}
}

function containerAt(segment: string, parent: string): CgroupNames | undefined {
  const prefixed = PREFIXED.exec(segment)
  if (prefixed !== null) return { container: prefixed[2]!.slice(0, SHORT_ID), engine: ENGINES[prefixed[1]!]! }
  const colons = COLONS.exec(segment)
  if (colons !== null) return { container: colons[1]!.slice(0, SHORT_ID), engine: 'containerd' }
  if (PLAIN_ID.test(segment)) {
    const engine = PARENTS[parent] ?? (POD.test(parent) ? 'containerd' : undefined)
    if (engine !== undefined) return { container: segment.slice(0, SHORT_ID), engine }
  }
  const lxc = LXC.exec(segment)?.[1] ?? (parent === 'lxc' ? segment : undefined)
  if (lxc !== undefined) return { container: lxc, engine: 'lxc' }
  const nspawn = NSPAWN.exec(segment)
  const machine = nspawn?.[1] ?? nspawn?.[2]
  // Virtual machines are registered in the same way; a process of theirs is not in a container.
  if (machine === undefined || /^(?:qemu|lxc)\\x2d/.test(machine)) return undefined
  return { container: unitName(machine), engine: 'nspawn' }
}

/** The innermost unit; a user's manager is none: what it runs is in scopes and services below it. */
function serviceOf(path: readonly string[]): string | undefined {
  for (let i = path.length - 1; i >= 0; i--) {
    const name = /^(.+)\.service$/.exec(path[i]!)?.[1]
    if (name !== undefined && !name.startsWith('user@')) return unitName(name)
  }
  return undefined
}

/** systemd.unit(5): \x2d stands for a dash. */
const unitName = (name: string) => name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
