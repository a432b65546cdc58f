import { knownAsset } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { insertAddresses, type IssuedAddress } from './address.store.ts'
import type { AddressOwner } from './deposit.ts'

/** What handing out addresses needs. */
export type IssueCtx = Pick<ShellCtx, 'clock'>

/**
 * How long coins are looked for that a contract moves to an address: only a comparison of balances
 * finds them. Transactions and tokens are found for ever.
 */
const EXPECTED_MS = 24 * 60 * 60 * 1_000

/**
 * Hands out addresses that `AddressSource.prepare` made: what arrives at them is this owner's from
 * now on, for ever.
 */
export async function issueAddresses(
  ctx: IssueCtx,
  dbTx: DbTx,
  handover: Readonly<{ book: Book; owner: AddressOwner; addresses: readonly IssuedAddress[] }>,
): Promise<void> {
  const { book, owner, addresses } = handover
  const now = ctx.clock.now()
  await insertAddresses(dbTx, {
    bookId: book.bookId,
    owner,
    addresses,
    now,
    expectedOn: nativeChains,
    expectedUntil: now + EXPECTED_MS,
  })
}

const nativeChains = ({ asset, also = [] }: IssuedAddress): readonly ChainId[] =>
  [asset, ...also].map(knownAsset).flatMap((one) => (one.kind === 'native' ? [one.chain] : []))
