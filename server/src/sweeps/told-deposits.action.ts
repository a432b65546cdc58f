import type { Deposit, DepositHandler } from '../custody/deposit.ts'
import { appendEvent } from '../events/append-event.ts'
import { isoTime } from '../events/event.ts'
import { readNotes } from '../events/read-notes.action.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'

/**
 * Tells what arrives at an organization's own addresses once it is on its balance, and when a fork
 * takes it back. What is credited otherwise (coins back from cold wallets, a sandbox's capital) is
 * no new money, and told elsewhere or to nobody.
 *
 * @param others whose say it is where the coins belong
 */
export const toldDeposits =
  (ctx: Pick<ShellCtx, 'ids' | 'clock'>, others: DepositHandler): DepositHandler =>
  async (dbTx, book, change) => {
    const allocations = await others(dbTx, book, change)
    const { before, deposit } = change
    const { depositId: objectId } = deposit
    const own = allocations.filter((one) => one.purpose === 'merchant.available')
    const credited = units(own.reduce((sum, one) => sum + one.units, 0n))
    if (deposit.level === 'final' && credited > 0n) {
      const object = snapshot(book, deposit, { status: 'completed', credited })
      const type = 'treasury.deposit.completed'
      await appendEvent(ctx, dbTx, { book, type, objectId, object })
    }
    const isLost = deposit.level === 'reverted' && before === 'final'
    if (!isLost || (await readNotes(dbTx, book.bookId, [objectId])).length === 0) return allocations
    const object = snapshot(book, deposit, { status: 'reverted', credited: units(0n) })
    await appendEvent(ctx, dbTx, { book, type: 'treasury.deposit.reverted', objectId, object })
    return allocations
  }

function snapshot(
  book: Book,
  deposit: Deposit,
  { status, credited }: Readonly<{ status: 'completed' | 'reverted'; credited: Units }>,
) {
  const { currency, network, decimals } = knownAsset(deposit.asset)
  return {
    id: deposit.depositId,
    type: 'deposit' as const,
    currency,
    network,
    asset: deposit.asset,
    amount: formatUnits(deposit.units, decimals),
    credited_amount: formatUnits(credited, decimals),
    status,
    tx_hash: deposit.txHash,
    deposit_address: deposit.address,
    environment: book.environment,
    created_at: isoTime(deposit.seenAt),
  }
}
