import { AppError } from '../errors/app-error.ts'
import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { InFlight, Move, SendRequest, Spend, TxEffects } from './contract-sending.ts'

const NONCE = /^nonce:([^:]+):(\d{1,20})$/

type Numbered = Pick<SendRequest, 'inFlight' | 'reuse'>

/** What an account's transactions have used of its numbers. */
export type NonceFacts = Readonly<{
  chain: ChainId
  /** As the slots of the chain write it. */
  address: string
  /** The lowest that nothing uses, in a block or in the node's mempool. */
  next: bigint
  /** The lowest that no block uses; of interest only where a number is to be used again. */
  mined?: bigint
}>

/**
 * The number for a new transaction of an account: the lowest that neither the node nor anything in
 * flight uses, so that nothing is left out that others would have to wait for; or the one that is
 * to be used again.
 *
 * @throws chain.replacement_refused when what is to be used again is used by a block
 */
export function nonceFor(request: Numbered, facts: NonceFacts): bigint {
  const { chain, address, next, mined } = facts
  const [again] = noncesOf(request.reuse ?? [], address)
  if (again !== undefined) {
    if (mined === undefined) throw new Error('whether a block uses a number has to be asked')
    if (again >= mined) return again
    const problem = `a block uses the number ${again} of ${address}`
    throw new AppError('chain.replacement_refused', { chain, problem })
  }
  const taken = new Set(noncesOf(request.inFlight?.slots ?? [], address))
  let nonce = next
  while (taken.has(nonce)) nonce += 1n
  return nonce
}

function noncesOf(slots: readonly string[], address: string): readonly bigint[] {
  return slots.flatMap((slot) => {
    const [, of, number = ''] = NONCE.exec(slot) ?? []
    return of === address ? [BigInt(number)] : []
  })
}

/** What transactions in flight take of an asset from an address. */
export function spentInFlight(
  inFlight: InFlight | undefined,
  of: Readonly<{ address: string; asset: AssetId }>,
): bigint {
  return (inFlight?.spends ?? [])
    .filter(({ address, asset }) => address === of.address && asset === of.asset)
    .reduce((sum, one) => sum + one.units, 0n)
}

/** What is left of a balance for a new transaction, never below nothing. */
export function leftOf(
  balance: bigint,
  inFlight: InFlight | undefined,
  of: Readonly<{ address: string; asset: AssetId }>,
): Units {
  const left = balance - spentInFlight(inFlight, of)
  return units(left > 0n ? left : 0n)
}

/**
 * What a transaction takes from those whose coins it moves, and from whoever pays its fee. Empty
 * where outputs are spent: there its slots say it.
 *
 * @param native in which the fee is paid
 */
export function spendsOf(
  { moves, feePayer, feeMax }: Pick<TxEffects, 'moves' | 'feePayer' | 'feeMax'>,
  native: AssetId,
): readonly Spend[] {
  const paid = moves.flatMap((move) => spendOf(move))
  const fee = feePayer === undefined ? [] : [{ address: feePayer, asset: native, units: feeMax }]
  return [...paid, ...fee]
}

/** Whoever is emptied has nothing to count: nothing else is sent from there before the end. */
const spendOf = ({ from, asset, units: moved }: Move): readonly Spend[] =>
  from === undefined || moved === 'all' ? [] : [{ address: from, asset, units: moved }]

/** The refusal to use slots again where no two transactions can share one. */
export function refuseReuse({ reuse }: Numbered, chain: ChainId): void {
  if (reuse === undefined) return
  const problem = 'nothing excludes an earlier one here but its time'
  throw new AppError('chain.replacement_refused', { chain, problem })
}
