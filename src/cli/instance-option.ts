/** Checks `--instance` without what the list of instances needs: every command line is read with it. */
import { BadInstance, givenInstance } from '../instances/instance-url.ts'
import { Refusal } from './option.ts'

export function refusedInstance(text: string): Refusal | undefined {
  try {
    givenInstance(text)
    return undefined
  } catch (error) {
    if (error instanceof BadInstance) return new Refusal(`cannot be ${text}: ${error.message}`)
    throw error
  }
}
