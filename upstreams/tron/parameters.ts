/** What this network charges and gives, by the names that nodes have for it; in sun and bytes. */
export type Parameters = Readonly<{
  getTransactionFee: bigint
  getEnergyFee: bigint
  getCreateAccountFee: bigint
  getCreateNewAccountFeeInSystemContract: bigint
  getFreeNetLimit: bigint
  getMaxFeeLimit: bigint
}>

/** Those of the main network in 2026. */
export const usualParameters: Parameters = {
  getTransactionFee: 1_000n,
  getEnergyFee: 100n,
  getCreateAccountFee: 100_000n,
  getCreateNewAccountFeeInSystemContract: 1_000_000n,
  getFreeNetLimit: 600n,
  getMaxFeeLimit: 15_000_000_000n,
}
