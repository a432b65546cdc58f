import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** A payment by the payer contract; without a token it pays the chain's coin. */
export type ContractPayment = Readonly<{ token: string | undefined; to: string; units: bigint }>

/** The address of nobody. */
export const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

/** A number as one word of call data. */
export const word = (value: bigint): string => value.toString(16).padStart(64, '0')
/** An address as one word of call data. */
export const addressWord = (address: string): string => word(BigInt(address))

/**
 * How call data names a function.
 * @see https://docs.soliditylang.org/en/latest/abi-spec.html#function-selector
 */
export const selector = (signature: string): string =>
  `0x${bytesToHex(keccak_256(utf8ToBytes(signature)).subarray(0, 4))}`

/** The call data that moves a token from its caller. */
export const transferCall = (to: string, units: bigint): string =>
  selector('transfer(address,uint256)') + addressWord(to) + word(units)

/** The call data by which a test token makes `units` for each of these owners. */
export const mintCall = (owners: readonly string[], units: bigint): string =>
  // The list itself stands behind the two words of the head.
  [selector('mint(address[],uint256)'), word(64n), word(units)].join('') +
  [word(BigInt(owners.length)), ...owners.map(addressWord)].join('')

/** The call data by which the payer contract pays all of these. */
export const payCall = (payments: readonly ContractPayment[]): string =>
  [selector('pay((address,address,uint256)[])'), word(32n), word(BigInt(payments.length))].join(
    '',
  ) +
  payments
    .map(
      ({ token, to, units }) => addressWord(token ?? ZERO_ADDRESS) + addressWord(to) + word(units),
    )
    .join('')
