import type { DepositHandler } from '../custody/deposit.ts'

/** What arrives at an organization's own addresses is its to spend as soon as it is final. */
export const treasuryDeposit: DepositHandler = (_dbTx, _book, { deposit }) =>
  Promise.resolve(
    deposit.level === 'final' ? [{ purpose: 'merchant.available', units: deposit.units }] : [],
  )
