import type { Speed } from '../contract-sending.ts'

/** For how many blocks a transaction is valid: some minutes. */
export const PERIOD = 64

/** What is paid above the fee for haste, in hundredths of the fee. */
const TIP_PERCENT = { slow: 0n, normal: 0n, fast: 20n } as const

/** The tip that haste is worth, in planck. */
export const tipFor = (speed: Speed, fee: bigint): bigint => (fee * TIP_PERCENT[speed]) / 100n
