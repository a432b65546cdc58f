import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import type { Chains } from './chains.ts'
import { readCreditingTerms } from './crediting.store.ts'
import type { DepositKey, DepositRecord } from './deposit.store.ts'
import { heldBack, type Crediting } from './deposit.ts'
import { creditLevel, isAtLeast } from './policy.ts'
import type { Doubt } from './seek-agreement.action.ts'

/** Whether a deposit may be credited, and if not, what it waits for. */
export type CreditingJudgement = Readonly<{
  crediting: Crediting
  /** Nodes must agree on it first. */
  doubt?: Doubt
  /** Why its asset is halted. */
  halt?: string
}>

/** As long as nothing is in a block, there is nothing to be credited. */
const NOT_YET: CreditingJudgement = {
  crediting: { at: 'final', isFree: true },
}

/** Judges a deposit under its lock: its book's policy, what nodes agreed on, halts. */
export async function judgeCrediting(
  ctx: Readonly<{ chains: Chains }>,
  dbTx: DbTx,
  of: Readonly<{ book: Book; key: DepositKey; deposit: DepositRecord }>,
): Promise<CreditingJudgement> {
  const { book, key, deposit } = of
  const { observed, asset, agreed } = deposit
  if (observed.kind !== 'in block') return NOT_YET
  const { policy, halt } = await readCreditingTerms(dbTx, key)
  const at = creditLevel(policy, deposit.units)
  const chain = ctx.chains.of(book, deposit.chain)
  // Without a node nobody can be asked, and who takes nodes away must not get more believed.
  const above = chain === undefined ? 0n : chain.agreeAbove?.(asset)
  const mustAgree = above !== undefined && deposit.units > above
  const isAgreed = agreed?.hash === observed.block.hash && isAtLeast(agreed.level, at)
  const crediting = { at, isFree: halt === undefined && (!mustAgree || isAgreed) }
  const level = heldBack(observed, crediting)
  const isCredited = deposit.level === 'final' && deposit.block?.hash === observed.block.hash
  if (level === undefined || isCredited) return { crediting }
  if (halt !== undefined) return { crediting, halt }
  const { txHash, index, address, units } = deposit
  const question = { txHash, index, asset, address, units, block: observed.block, level }
  return { crediting, doubt: { key, chain, question } }
}
