import type { Units } from '../money/units.ts'
import type { Queryable } from '../shell/db.ts'
import type { DepositKey } from './deposit.store.ts'
import type { ConfirmationPolicy } from './policy.ts'

/** What decides about crediting a deposit, beside what the chain shows of it. */
export type CreditingTerms = Readonly<{
  policy: ConfirmationPolicy | undefined
  /** Why its asset is halted on its chain; absent when it is not. */
  halt: string | undefined
}>

/** The terms of one deposit, as they are now. */
export async function readCreditingTerms(db: Queryable, key: DepositKey): Promise<CreditingTerms> {
  const [row] = await db.query<{
    confirmed_below: Units | null
    safe_below: Units | null
    reason: string | null
  }>(
    `select policy.confirmed_below, policy.safe_below, halt.reason
     from deposit d
     left join confirmation_policy policy on policy.book_id = d.book_id and policy.asset = d.asset
     left join crediting_halt halt on halt.realm = d.realm and halt.chain = d.chain
       and halt.asset = d.asset and halt.resumed_at is null
     where d.book_id = $1 and d.deposit_id = $2`,
    [key.book_id, key.deposit_id],
  )
  const confirmedBelow = row?.confirmed_below ?? undefined
  const safeBelow = row?.safe_below ?? undefined
  const isSettled = confirmedBelow !== undefined && safeBelow !== undefined
  return {
    policy: isSettled ? { confirmedBelow, safeBelow } : undefined,
    halt: row?.reason ?? undefined,
  }
}
