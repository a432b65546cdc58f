import type { Ids } from '../shell/ids.ts'

/**
 * Gives out ids of requests: an id of this process, and a number. They are told to clients and
 * logged, and nothing depends on their being hard to guess, so randomness once is enough.
 */
export function createRequestIds(ids: Ids): () => string {
  const prefix = ids.next('req')
  let count = 0
  return () => {
    count += 1
    return `${prefix}${count.toString(32).toUpperCase().padStart(4, '0')}`
  }
}
