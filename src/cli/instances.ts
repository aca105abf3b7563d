/** Other wiretops, as the options and the data folder name them. */
import { InstanceFileError } from '../instances/instance-file.ts'
import { Instances } from '../instances/instances.ts'
import type { Terminal } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Throws a UsageError when the list that is kept cannot be read. */
export function readInstances(given: readonly string[], terminal: Terminal, dataDir?: string): Instances {
  const instances = new Instances({ given, dataDir })
  try {
    instances.load()
  } catch (error) {
    if (error instanceof InstanceFileError) throw new UsageError(error.message)
    throw error
  }
  const { readByOthers } = instances
  if (readByOthers !== undefined) terminal.err(`wiretop: ${readByOthers} holds tokens, and others can read it: chmod 600 it\n`)
  return instances
}
