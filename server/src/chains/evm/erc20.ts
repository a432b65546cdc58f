import type { Log } from './answers.ts'

/** keccak256 of `Transfer(address,address,uint256)`: what a token's transfer is logged as. */
export const TRANSFER_TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** A token's move from one address to another; addresses in lower case, units as on chain. */
export type TokenMove = Readonly<{ from: string; to: string; value: bigint }>

const WORD = '[0-9a-f]{64}'
const ADDRESS_WORD = '0{24}([0-9a-f]{40})'
// Wallets may write more behind the arguments, which the contract does not read.
const TRANSFER_CALL = new RegExp(`^0xa9059cbb${ADDRESS_WORD}(${WORD})`)
const TRANSFER_FROM_CALL = new RegExp(`^0x23b872dd${ADDRESS_WORD}${ADDRESS_WORD}(${WORD})`)
const TOPIC_ADDRESS = new RegExp(`^0x${ADDRESS_WORD}$`)

/** Whether a log is a Transfer of some fungible token; an NFT's has a topic more and no data. */
export const isTransferLog = (log: Pick<Log, 'topics' | 'data'>): boolean =>
  log.topics.length === 3 && log.topics[0] === TRANSFER_TOPIC && log.data.length === 66

/** The move that a Transfer log tells of; absent when it is no such log. */
export function moveOfLog(log: Pick<Log, 'topics' | 'data'>): TokenMove | undefined {
  if (!isTransferLog(log)) return undefined
  const [, from] = TOPIC_ADDRESS.exec(log.topics[1] ?? '') ?? []
  const [, to] = TOPIC_ADDRESS.exec(log.topics[2] ?? '') ?? []
  if (from === undefined || to === undefined) return undefined
  return { from: `0x${from}`, to: `0x${to}`, value: BigInt(log.data) }
}

/**
 * The move that a call of a token asks for: `transfer` or `transferFrom`. Absent for any other.
 *
 * @param sender who calls
 * @param input the call data
 */
export function moveOfCall(sender: string, input: string): TokenMove | undefined {
  const call = input.toLowerCase()
  const [, to, value] = TRANSFER_CALL.exec(call) ?? []
  if (to !== undefined) return { from: sender, to: `0x${to}`, value: BigInt(`0x${value}`) }
  const [, from, toOther, valueOther] = TRANSFER_FROM_CALL.exec(call) ?? []
  if (from === undefined) return undefined
  return { from: `0x${from}`, to: `0x${toOther}`, value: BigInt(`0x${valueOther}`) }
}

/** The call data that asks a token for an address's balance. */
export const balanceOfCall = (address: string): string =>
  `0x70a08231${address.slice(2).toLowerCase().padStart(64, '0')}`
