/** Where small state is kept, as the options and the environment say it. */
import { readFileSync, statSync } from 'node:fs'
import type { StateConfig } from '../state/messages.ts'
import type { RedisLogin } from '../state/redis-store.ts'
import type { Terminal } from './command.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage-error.ts'

const PASSWORD = 'WIRETOP_REDIS_PASSWORD'
const READ_BY_OTHERS = 0o077

export type StateOptions = Pick<Options, 'redis' | 'redisPasswordFile' | 'redisCa' | 'instanceName'>

/** `folder`: of the data; undefined: there is none. Throws a UsageError when a file cannot be read. */
export function stateConfigOf(options: StateOptions, folder: string | undefined, terminal: Terminal): StateConfig {
  const { redis: address, redisPasswordFile, redisCa, instanceName: instance } = options
  const password = passwordOf(redisPasswordFile, terminal)
  if (address === undefined) return folder === undefined ? { kind: 'memory', instance } : { kind: 'sqlite', folder, instance }
  const login: RedisLogin = {
    ...(address.user !== undefined && { user: address.user }),
    ...(password !== undefined && { password }),
    ...(redisCa !== undefined && { ca: textOf('--redis-ca', redisCa) }),
  }
  return { kind: 'redis', address, login, instance }
}

/** Nobody whom we start later finds it in the environment. */
function passwordOf(file: string | undefined, terminal: Terminal): string | undefined {
  const given = process.env[PASSWORD]
  delete process.env[PASSWORD]
  if (file === undefined) return given === '' ? undefined : given
  const password = textOf('--redis-password-file', file).split(/\r?\n/)[0]!
  if (password === '') throw new UsageError(`--redis-password-file ${file}: its first line is empty: the password stands there`)
  if ((statSync(file).mode & READ_BY_OTHERS) !== 0 && statSync(file).isFile())
    terminal.err(`wiretop: ${file} holds a password, and others can read it: chmod 600 it\n`)
  return password
}

function textOf(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `${option} ${file}: cannot be read (${(error as NodeJS.ErrnoException).code}): give a file that this user may read`,
    )
  }
}
