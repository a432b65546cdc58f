import type { DepositHandler } from '../custody/deposit.ts'
import { isPoured } from './pour.store.ts'

/**
 * What arrives at an organization's own addresses is its to spend as soon as it is final; what the
 * sandbox's faucet gave for fees is not.
 */
export const treasuryDeposit: DepositHandler = async (dbTx, _book, { deposit }) => {
  if (deposit.level !== 'final') return []
  const purpose = (await isPoured(dbTx, deposit)) ? 'capital' : 'merchant.available'
  return [{ purpose, units: deposit.units }]
}
