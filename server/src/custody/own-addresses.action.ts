import { knownNetwork } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { findOurs } from './address.store.ts'
import type { Chains } from './chains.ts'

/**
 * Which of some addresses are ours on a chain: this book's, or another's that shares the chain.
 *
 * @param asked their canonical forms, as `checkAddress` gives them
 */
export async function ownAddresses(
  ctx: Readonly<{ db: Queryable; chains: Chains }>,
  book: Book,
  asked: Readonly<{ chain: ChainId; addresses: readonly string[] }>,
): Promise<ReadonlySet<string>> {
  const found = ctx.chains.of(book, asked.chain)
  if (found === undefined) return new Set()
  const of = { realm: found.realm, family: knownNetwork(asked.chain).family }
  return new Set(await findOurs(ctx.db, of, asked.addresses))
}
