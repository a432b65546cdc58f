import type { Speed } from '../contract-sending.ts'
import { computeUnits, unitPrices } from './programs.ts'
import type { Step } from './steps.ts'
import { associatedAccount } from './token-account.ts'

/**
 * The price of a compute unit for a speed, in millionths of a lamport.
 *
 * @param recent what was paid of late by those who used the same accounts, a price for each slot
 */
export function unitPrice(speed: Speed, recent: readonly bigint[]): bigint {
  const { part, least } = unitPrices[speed]
  const sorted = recent.toSorted((a, b) => (a < b ? -1 : 1))
  const price = sorted[Math.floor(part * sorted.length)] ?? 0n
  return price > least ? price : least
}

/** Compute units that are enough for steps of a payment; what is asked for is paid for. */
export function unitLimit(steps: readonly Step[]): number {
  const units = steps.map((step) => {
    if (step.kind === 'coins') return computeUnits.coins
    if (step.kind === 'tokens') return computeUnits.tokens
    if (step.kind !== 'open_account') return 0
    const { tries } = associatedAccount(step.owner, step.mint)
    return computeUnits.openAccount + tries * computeUnits.openAccountPerTry
  })
  return units.reduce((all, one) => all + one, 2 * computeUnits.budget)
}
