import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { expectUntil } from './expected.store.ts'

const EXPECTED_MS = 24 * 60 * 60 * 1_000

/**
 * Looks for coins at an address during the next 24 hours that only a comparison of balances finds,
 * because a contract moves them. Tokens leave a log and are found for ever.
 */
export async function expectCoins(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  at: Readonly<{ bookId: BookId; asset: AssetId; address: string }>,
): Promise<void> {
  const { chain, kind } = knownAsset(at.asset)
  if (kind !== 'native') return
  const { family } = knownNetwork(chain)
  const { bookId, address } = at
  const until = ctx.clock.now() + EXPECTED_MS
  await expectUntil(dbTx, { bookId, family, address, chain, until })
}
