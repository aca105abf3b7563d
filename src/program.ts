/** The program without a sub-command: reads what `-i` names, each in a worker of its own, and serves the console and the API. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer, type RunningServer } from './api/server.ts'
import type { Terminal } from './cli/command.ts'
import { version } from './cli/dispatch.ts'
import type { Options } from './cli/options.ts'
import { checkPacketFilter } from './cli/packet-filter.ts'
import { ProgressLines } from './cli/progress-lines.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE } from './cli/usage-error.ts'
import { Probes } from './probe/probes.ts'
import { STDIN } from './sources/pcap-file.ts'

const WEB_ROOT = fileURLToPath(new URL('../web/dist', import.meta.url))

export async function runProgram(options: Options, terminal: Terminal, signal: AbortSignal): Promise<number> {
  if (options.httpPort === undefined && options.interface.length === 0) {
    terminal.err('wiretop: nothing to read and nothing to serve: give -i CAPTURE, or a port with -w\n')
    return EXIT_USAGE
  }
  checkPacketFilter(options.packetFilter)
  const probes = new Probes({
    worker: new URL('./probe.worker.ts', import.meta.url),
    originalSpeed: options.originalSpeed,
    packetFilter: options.packetFilter,
    localNetworks: options.localNetworks,
    flowLimit: options.maxNumFlows,
    hostLimit: options.maxNumHosts,
    workers: options.workers,
    packetRing: options.packetRing,
  })
  const lines = new ProgressLines(probes, terminal)
  let uploadDir = ''
  let server: RunningServer | undefined
  try {
    if (options.dataDir !== undefined && !existsSync(options.dataDir)) mkdirSync(options.dataDir, { mode: 0o700 })
    uploadDir = mkdtempSync(join(options.dataDir ?? tmpdir(), 'wiretop-uploads-'))
    if (options.httpPort !== undefined) {
      server = await createServer({
        live: probes,
        webRoot: WEB_ROOT,
        listen: options.httpPort,
        maxUploadBytes: options.maxUploadBytes,
        uploadDir,
        version: version(),
      })
      terminal.err(`wiretop: the console is on ${server.url}\n`)
    }
    for (const input of options.interface) probes.open(nameOf(input), input)
    await (server === undefined ? lines.allRead() : aborted(signal))
    lines.finish()
    return server === undefined && lines.anyFailed ? EXIT_USAGE : EXIT_FINE
  } catch (error) {
    terminal.err(`wiretop: ${startFault(error, options)}\n`)
    return EXIT_FAILED
  } finally {
    await server?.close()
    await probes.close()
    if (uploadDir !== '') rmSync(uploadDir, { recursive: true, force: true })
  }
}

const nameOf = (input: string) =>
  input === STDIN
    ? 'standard input'
    : input
        .split(',')
        .map((path) => basename(path.trim()))
        .join(', ')

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** What the system says when an address or a folder cannot be had, with what to do about it. */
function startFault(error: unknown, { httpPort }: Options): string {
  const { code, message, path } = error as NodeJS.ErrnoException
  if (path !== undefined) return `${path} cannot be used (${code}): give another folder with -d`
  const where = `${httpPort?.host}:${httpPort?.port}`
  if (code === 'EADDRINUSE') return `${where} is in use by another program: give another port with -w, or -w auto`
  if (code === 'EACCES') return `${where} needs more rights than this user has: give a port above 1023 with -w`
  if (code === 'EADDRNOTAVAIL') return `${where} is no address of this machine: give another with -w`
  throw new Error(message, { cause: error })
}
