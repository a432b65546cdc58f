import { units, type AssetId, type Units } from '../money/units.ts'
import type { Sums } from './draft.ts'
import type { AccountFlags, AccountId } from './transfer.ts'

/** An account's balance, counted on its normal side: custody and debts alike are positive. */
export type Balance = Readonly<{
  /** What is booked. */
  posted: Units
  /** Held for others: no longer available. */
  pendingOut: Units
  /** Held by others for this account: not available yet. */
  pendingIn: Units
  /** posted − pendingOut: what may be spent now. */
  available: Units
}>

/** The balance of one account. */
export type AccountBalance = Balance &
  Readonly<{ accountId: AccountId; purpose: string; owner: string | undefined; asset: AssetId }>

/** Reads an account's signed sums from its normal side. */
export function balanceFrom(sums: Sums, normal: AccountFlags['normal']): Balance {
  const isCredit = normal === 'credit'
  const posted = isCredit ? sums.posted : -sums.posted
  const pendingOut = isCredit ? sums.pendingDebits : sums.pendingCredits
  const pendingIn = isCredit ? sums.pendingCredits : sums.pendingDebits
  return {
    posted: units(posted),
    pendingOut: units(pendingOut),
    pendingIn: units(pendingIn),
    available: units(posted - pendingOut),
  }
}
