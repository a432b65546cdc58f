import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { addressWord, selector, word, ZERO_ADDRESS } from './contract-calls.ts'
import { SWEEPER_CODE } from './sweeper-code.ts'
import { bytesOfAddress } from './transaction.ts'

/** The contract that makes others at addresses known beforehand; it stands on every EVM chain. */
export const DEPLOYER = '0x4e59b44847b379578588920ca78fbf26c0b4956c'

const SALT = '00'.repeat(32)

/** What a sweep empties: addresses in lower case; without a token it is the chain's coin. */
export type Gathering = Readonly<{
  token: string | undefined
  treasury: string
  wallets: readonly string[]
}>

/** The code that makes a sweeper for a treasury. */
export const sweeperCode = (treasury: string): string => SWEEPER_CODE + addressWord(treasury)

/** The data of the transaction to `DEPLOYER` that makes a treasury's sweeper. Anybody may send it. */
export const sweeperDeployment = (treasury: string): string =>
  `0x${SALT}${sweeperCode(treasury).slice(2)}`

/**
 * Where a treasury's sweeper stands, in lower case. No other code can stand there, so that whoever
 * knows the treasury knows what the contract at this address does.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1014
 */
export function sweeperOf(treasury: string): string {
  const codeHash = keccak_256(hexToBytes(sweeperCode(treasury).slice(2)))
  const parts = [Uint8Array.of(0xff), bytesOfAddress(DEPLOYER), hexToBytes(SALT), codeHash]
  return `0x${bytesToHex(keccak_256(concatBytes(...parts)).subarray(12))}`
}

const GATHER = selector('gather(address,address,address[])')
const WORD = 64

/** The call data by which a sweeper empties addresses. */
export const gatherCall = ({ token, treasury, wallets }: Gathering): string =>
  [
    GATHER,
    addressWord(token ?? ZERO_ADDRESS),
    addressWord(treasury),
    word(96n),
    word(BigInt(wallets.length)),
    ...wallets.map(addressWord),
  ].join('')

/** What call data asks a sweeper for; undefined when `gatherCall` does not write it so. */
export function readGatherCall(data: string): Gathering | undefined {
  if (!data.startsWith(GATHER)) return undefined
  const words = data.slice(GATHER.length)
  const addressAt = (place: number): string =>
    `0x${words.slice(place * WORD, place * WORD + WORD).slice(24)}`
  const count = words.length / WORD - 4
  if (!Number.isInteger(count) || count < 1) return undefined
  const token = addressAt(0)
  const gathering = {
    token: token === ZERO_ADDRESS ? undefined : token,
    treasury: addressAt(1),
    wallets: Array.from({ length: count }, (_, place) => addressAt(4 + place)),
  }
  return gatherCall(gathering) === data ? gathering : undefined
}
