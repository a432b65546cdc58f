import type { DepositHandler } from '../../custody/deposit.ts'
import { lockDepositsOfTx } from '../../custody/read-custody.action.ts'
import { AppError } from '../../errors/app-error.ts'
import { appendEvent } from '../../events/append-event.ts'
import type { Asset } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { bookNow, type Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { DbTx } from '../../shell/db.ts'
import { insertReturn, isAnnounced } from './cold-return.store.ts'
import { liesCold } from './lies-cold.action.ts'

/** An announced return as it is told. */
export type ReturnView = Readonly<{ tx_hash: string; currency: string; network: string }>

/**
 * Remembers that a transaction brings coins of an asset from the cold wallet to the treasury, so
 * that they are no new money. It must be said before they are final.
 *
 * @returns what was announced, as it is told
 * @throws sweeps.cold_return_late
 */
export async function announceReturn(
  ctx: Pick<ShellCtx, 'clock' | 'ids'>,
  dbTx: DbTx,
  { book, asset, txHash }: Readonly<{ book: Book; asset: Asset; txHash: string }>,
): Promise<ReturnView> {
  const { bookId } = book
  const view = { tx_hash: txHash, currency: asset.currency, network: asset.network }
  const one = { bookId, chain: asset.chain, txHash, asset: asset.id }
  if (await isAnnounced(dbTx, one)) return view
  const known = await lockDepositsOfTx(dbTx, one)
  const isLate = known.some((deposit) => deposit.asset === asset.id && deposit.level === 'final')
  if (isLate) throw new AppError('sweeps.cold_return_late', { tx_hash: txHash, asset: asset.code })
  await insertReturn(dbTx, one, bookNow(ctx.clock, book))
  const objectId = `cold_return:${txHash}`
  await appendEvent(ctx, dbTx, { book, type: 'cold.return.announced', objectId, object: view })
  return view
}

/**
 * What comes back from cold wallets to the treasury, of what arrives there; the rest is for `others`
 * to say. No more comes back than lies there by the books: what is beyond that is new money.
 */
export const coldReturns =
  (others: DepositHandler): DepositHandler =>
  async (dbTx, book, change) => {
    const { deposit } = change
    if (deposit.level !== 'final' || !(await isAnnounced(dbTx, deposit))) {
      return others(dbTx, book, change)
    }
    const { bookId, asset, units: all } = deposit
    const { units: cold } = await liesCold(dbTx, { bookId, asset })
    if (cold >= all) return [{ purpose: 'custody.cold', units: all }]
    const more = units(all - cold)
    const rest = await others(dbTx, book, { ...change, deposit: { ...deposit, units: more } })
    return cold === 0n ? rest : [{ purpose: 'custody.cold', units: cold }, ...rest]
  }
