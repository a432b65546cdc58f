import type { TxOutput } from './transaction.ts'

/** The kinds of output that we can spend. */
export type OwnKind = 'p2wpkh' | 'p2tr'

/** What an input weighs when it is signed, at most: the signatures of P2WPKH may be shorter. */
const INPUT_WEIGHT: Readonly<Record<OwnKind, number>> = {
  p2wpkh: 41 * 4 + 1 + (1 + 71) + (1 + 33),
  p2tr: 41 * 4 + 1 + (1 + 64),
}

/** Version, lock time; marker and flag of witnesses. */
const FRAME_WEIGHT = 8 * 4 + 2

const sizeLength = (count: number): number => (count < 0xfd ? 1 : 3)

/** The virtual size of a signed transaction, at most; counts below 65,536. @see BIP-141 */
export function vsizeOf(inputs: readonly OwnKind[], outputs: readonly TxOutput[]): number {
  const counts = sizeLength(inputs.length) + sizeLength(outputs.length)
  const spent = inputs.reduce((sum, kind) => sum + INPUT_WEIGHT[kind], 0)
  const paid = outputs.reduce((sum, { script }) => sum + 9 + script.length, 0)
  return Math.ceil((FRAME_WEIGHT + spent + (counts + paid) * 4) / 4)
}

/** The virtual size of an input when it is signed, at most. */
export const inputVsize = (kind: OwnKind): number => Math.ceil(INPUT_WEIGHT[kind] / 4)

/** The virtual size of bytes that lie before us. @param stripped their length without witnesses */
export const vsizeOfBytes = (whole: number, stripped: number): number =>
  Math.ceil((stripped * 3 + whole) / 4)

/** What a size costs at a rate of satoshi per 1,000 virtual bytes, rounded up. */
export const feeAt = (perKilobyte: bigint, vsize: number): bigint =>
  (perKilobyte * BigInt(vsize) + 999n) / 1000n
