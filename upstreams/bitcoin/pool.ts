import { Transaction } from 'bitcoinjs-lib'
import type { Coin, Coins } from './coins.ts'
import { madeBy, outpoint, spentBy } from './coins.ts'
import { checkSpend, RULE, type Refusal } from './spend-check.ts'

/** A transaction that waits. */
export type Waiting = Readonly<{
  transaction: Transaction
  txid: string
  fee: bigint
  vsize: number
  spends: readonly string[]
}>

/** What waits, by txid, in the order in which it came. */
export type Pool = Map<string, Waiting>

/** Satoshi per 1,000 virtual bytes that nodes relay for, and that a replacement adds. */
export const RELAY_RATE = 1000n

const WEIGHT_MAX = 400_000
const REPLACED_MAX = 100

/** What a transaction meets: the coins of the chain, the height of the next block, what waits. */
export type Surroundings = Readonly<{ coins: Coins; height: number; pool: Pool }>

/** Whether it was taken, and what it replaced. */
export type Verdict =
  | Readonly<{ kind: 'taken'; waiting: Waiting; replaced: readonly string[] }>
  | (Refusal & Readonly<{ kind: 'refused' }>)

const refused = (message: string): Verdict => ({ kind: 'refused', code: RULE, message })

/**
 * Judges a transaction as a node does that somebody hands it to.
 * @param relays whether what nodes merely do not relay is refused too, as a miner need not
 */
export function judge(at: Surroundings, transaction: Transaction, relays: boolean): Verdict {
  const txid = transaction.getId()
  if (transaction.ins.length === 0 || transaction.isCoinbase()) return refused('coinbase')
  const conflicts = conflictsOf(at.pool, transaction)
  const check = checkSpend(transaction, (name) => coinOf(at, name), at.height)
  if (check.kind === 'refused') return check
  const waiting = {
    ...{ transaction, txid, fee: check.fee, vsize: transaction.virtualSize() },
    spends: spentBy(transaction),
  }
  const problem =
    (relays ? policyProblem(waiting) : undefined) ?? replacementProblem(at, waiting, conflicts)
  if (problem !== undefined) return refused(problem)
  const replaced = conflicts.flatMap((one) => withDescendants(at.pool, one))
  return { kind: 'taken', waiting, replaced: [...new Set(replaced)] }
}

/** An output of the chain, or of what waits. */
function coinOf({ coins, pool, height }: Surroundings, name: string): Coin | undefined {
  const found = coins.get(name)
  if (found !== undefined) return found
  const parent = pool.get(name.slice(0, 64))
  return parent && madeBy(parent.transaction, height).find((one) => nameOf(one) === name)
}

const nameOf = (coin: Coin): string => outpoint(coin.txid, coin.index)

/** What of the waiting ones spends the same coins. */
export function conflictsOf(pool: Pool, transaction: Transaction): readonly string[] {
  const spends = new Set(spentBy(transaction))
  return [...pool.values()]
    .filter((one) => one.spends.some((name) => spends.has(name)))
    .map((one) => one.txid)
}

/** A waiting transaction and everything that waits for it. */
export function withDescendants(pool: Pool, txid: string): readonly string[] {
  const family = new Set([txid])
  // A child stands behind its parents in the pool, since it came later.
  for (const one of pool.values()) {
    if (one.spends.some((name) => family.has(name.slice(0, 64)))) family.add(one.txid)
  }
  return [...family]
}

function policyProblem({ transaction, fee, vsize }: Waiting): string | undefined {
  if (transaction.weight() > WEIGHT_MAX) return 'tx-size'
  for (const { script, value } of transaction.outs) {
    const dust = dustOf(script)
    if (dust === undefined) return 'scriptpubkey'
    if (value < dust) return 'dust'
  }
  const least = (BigInt(vsize) * RELAY_RATE + 999n) / 1000n
  return fee < least ? `min relay fee not met, ${fee} < ${least}` : undefined
}

/** The least that is relayed to a script; absent for a script that is not relayed at all. */
function dustOf(script: Uint8Array): bigint | undefined {
  const { length } = script
  const [first] = script
  if (first === 0x6a) return 0n
  if (first === 0x00 && length === 22) return 294n
  if ((first === 0x00 || first === 0x51) && length === 34) return 330n
  if (first === 0x76 && length === 25) return 546n
  return first === 0xa9 && length === 23 ? 540n : undefined
}

/** Replacing is allowed whatever the replaced one says of itself, as nodes do since 2024. */
function replacementProblem(
  { pool }: Surroundings,
  { txid, fee, vsize, spends }: Waiting,
  conflicts: readonly string[],
): string | undefined {
  if (conflicts.length === 0) return undefined
  const evicted = [...new Set(conflicts.flatMap((one) => withDescendants(pool, one)))]
  if (evicted.length > REPLACED_MAX) return 'too many potential replacements'
  if (spends.some((name) => evicted.includes(name.slice(0, 64))))
    return 'bad-txns-spends-conflicting-tx'
  const direct = conflicts.flatMap((one) => pool.get(one) ?? [])
  const brings = spends.filter((name) => pool.has(name.slice(0, 64)))
  const had = direct.flatMap((one) => one.spends)
  if (brings.some((name) => !had.includes(name))) return 'replacement-adds-unconfirmed'
  const old = evicted.reduce((sum, one) => sum + (pool.get(one)?.fee ?? 0n), 0n)
  const before = `insufficient fee, rejecting replacement ${txid}`
  const isSlower = direct.some((one) => fee * BigInt(one.vsize) <= one.fee * BigInt(vsize))
  if (isSlower) return `${before}; new feerate is not above the old`
  if (fee < old) return `${before}, less fees than conflicting txs; ${fee} < ${old}`
  const extra = (BigInt(vsize) * RELAY_RATE + 999n) / 1000n
  if (fee - old >= extra) return undefined
  return `${before}, not enough additional fees to relay; ${fee - old} < ${extra}`
}
