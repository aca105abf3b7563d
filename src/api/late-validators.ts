/** Checking of parameters, made of a route's schema when that is first asked: most routes never are, and all of them together take a tenth of a second and megabytes. */
import { createRequire } from 'node:module'
import type { FastifyServerOptions } from 'fastify'

type Controller = NonNullable<FastifyServerOptions['schemaController']>
type BuildValidator = NonNullable<NonNullable<Controller['compilersFactory']>['buildValidator']>
interface Validator {
  (data: unknown): boolean
  errors?: unknown
}
type Compile = (about: unknown) => Validator

/** As Fastify does it, with Fastify's own. */
const ofFastify = (): ((externalSchemas: unknown, options: unknown) => Compile) =>
  createRequire(createRequire(import.meta.url).resolve('fastify'))('@fastify/ajv-compiler')()

export const lateValidators = ((externalSchemas: unknown, options: unknown) => {
  let compile: Compile | undefined
  return (about: unknown) => {
    let made: Validator | undefined
    const check: Validator = (data) => {
      compile ??= ofFastify()(externalSchemas, options)
      made ??= compile(about)
      const isGood = made(data)
      check.errors = made.errors
      return isGood
    }
    return check
  }
}) as unknown as BuildValidator
