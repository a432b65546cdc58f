import { units, type AssetId } from '../../money/units.ts'
import type { BlockRef, ChainTransfer } from '../contract.ts'
import type { BlockTransaction, Changes } from './answers.ts'
import type { AssetTable } from './assets.ts'

/** How much of an asset an account of an owner has more, or less, after a transaction. */
type Difference = Readonly<{
  owner: string
  asset: AssetId
  /** Tells the accounts of an owner apart: stays the same wherever the transaction is mined. */
  index: string
  units: bigint
}>

/** Coins that came to an account itself. */
const COINS = 'lamports'

/**
 * What the transactions of a block brought to anybody: the difference that each one made to the
 * coins of an account, and to the tokens in accounts of an owner. Where a transaction also takes
 * from an owner, only what he has more in the end has arrived. One that failed moved nothing.
 */
export function arrivalsIn(
  block: BlockRef,
  transactions: readonly BlockTransaction[],
  assets: AssetTable,
): readonly ChainTransfer[] {
  return transactions.flatMap(({ transaction, meta }) => {
    const [txHash] = transaction.signatures
    if (txHash === undefined || (meta.err !== null && meta.err !== undefined)) return []
    const accounts = transaction.accountKeys.map((one) => one.pubkey)
    const differences = [
      ...coinDifferences(accounts, meta, assets),
      ...tokenDifferences(accounts, meta, assets),
    ]
    return arrivals(differences).map(({ owner, asset, index, units: arrived }) => {
      const from = payerOf(differences, asset)
      return { txHash, index, from, to: owner, asset, units: units(arrived), block }
    })
  })
}

/** The fee is no payment to anybody: who pays it is short of the rest only. */
function coinDifferences(
  accounts: readonly string[],
  { fee, preBalances, postBalances }: Changes,
  { coin }: AssetTable,
): readonly Difference[] {
  return accounts.flatMap((owner, place) => {
    const difference = (postBalances[place] ?? 0n) - (preBalances[place] ?? 0n)
    const changed = place === 0 && difference < 0n ? difference + fee : difference
    return changed === 0n ? [] : [{ owner, asset: coin, index: COINS, units: changed }]
  })
}

/** An account that changes its owner has left the one, and come to the other. */
function tokenDifferences(
  accounts: readonly string[],
  { preTokenBalances, postTokenBalances }: Changes,
  { byMint }: AssetTable,
): readonly Difference[] {
  const sums = new Map<string, Difference>()
  const add = (balance: TokenBalance, sign: 1n | -1n): void => {
    const { accountIndex, owner, mint, uiTokenAmount } = balance
    const [account, asset] = [accounts[accountIndex], byMint.get(mint)]
    if (owner === undefined || account === undefined || asset === undefined) return
    const key = `${account} ${owner}`
    const before = sums.get(key)?.units ?? 0n
    const index = `token:${account}`
    sums.set(key, { owner, asset, index, units: before + sign * uiTokenAmount.amount })
  }
  for (const balance of preTokenBalances ?? []) add(balance, -1n)
  for (const balance of postTokenBalances ?? []) add(balance, 1n)
  return Array.from(sums.values()).filter((one) => one.units !== 0n)
}

type TokenBalance = NonNullable<Changes['preTokenBalances']>[number]

/** What came, less what went from other accounts of the same owner. */
function arrivals(differences: readonly Difference[]): readonly Difference[] {
  const keyOf = (one: Difference): string => `${one.asset} ${one.owner}`
  const leaving = new Map<string, bigint>()
  for (const one of differences) {
    if (one.units < 0n) leaving.set(keyOf(one), (leaving.get(keyOf(one)) ?? 0n) - one.units)
  }
  return differences.flatMap((one) => {
    if (one.units < 0n) return []
    const left = leaving.get(keyOf(one)) ?? 0n
    const taken = left < one.units ? left : one.units
    leaving.set(keyOf(one), left - taken)
    return taken === one.units ? [] : [{ ...one, units: one.units - taken }]
  })
}

/** Who has become short of most of it; absent when it came from nobody's account. */
const payerOf = (differences: readonly Difference[], asset: AssetId): string | undefined =>
  differences
    .filter((one) => one.asset === asset && one.units < 0n)
    .reduce<Difference | undefined>(
      (most, one) => (most === undefined || one.units < most.units ? one : most),
      undefined,
    )?.owner
