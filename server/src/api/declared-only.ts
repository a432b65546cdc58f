import { AppError, definitionOf } from '../errors/app-error.ts'
import { errorsOf } from './route-errors.ts'
import type { Route } from './route.ts'

/** What to do with a refusal that a route does not declare: `refuse others` is for tests. */
export type Undeclared = 'mask others' | 'refuse others'

/**
 * Says what a client is told of an error in a route's work: the refusals that the route declares,
 * and those that are about the request itself. Others are about our own machinery (a node, the
 * signer), and their sentences name places that are nobody's business.
 */
export function declaredOnly(route: Route, others: Undeclared): (error: unknown) => unknown {
  const declared = new Set(errorsOf(route))
  return (error) => {
    if (!(error instanceof AppError) || declared.has(error.code)) return error
    if (others === 'refuse others') {
      const where = `${route.method} ${route.path}`
      return new Error(`${where} does not declare ${error.code}`, { cause: error })
    }
    const { status } = definitionOf(error.code)
    if (status < 500) return error
    const code = status === 503 ? 'api.temporarily_unavailable' : 'api.internal_error'
    return new AppError(code, {}, { cause: error })
  }
}
