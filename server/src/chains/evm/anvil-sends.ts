import {
  concat,
  encodeFunctionData,
  erc20Abi,
  getEventSelector,
  numberToHex,
  pad,
  parseAbi,
} from 'viem'
import type { Hex } from 'viem'
import type { Asset } from '../../money/registry.ts'
import type { Units } from '../../money/units.ts'
import type { SendKind } from '../sandbox-node.ts'

/** A transaction as `eth_sendTransaction` takes it; the sender comes with the sending. */
export type AnvilTransaction = Readonly<{ to?: Hex; value: Hex; data: Hex; gas: Hex }>

/** What is to be paid, and how. */
export type AnvilPayment = Readonly<{
  kind: Exclude<SendKind, 'fee_on_transfer'>
  to: Hex
  asset: Pick<Asset, 'contract'>
  units: Units
}>

const GAS = numberToHex(300_000n)
const NOTHING = '0x'

const mintAbi = parseAbi(['function mint(address[] owners, uint256 value)'])
const TRANSFER = getEventSelector(
  erc20Abi.find((item) => item.type === 'event' && item.name === 'Transfer') ?? 'Transfer()',
)

/** The transaction that makes a payment on a local node. The test dollar is minted to the payee. */
export function anvilTransaction(payment: AnvilPayment): AnvilTransaction {
  const { kind, to, asset, units } = payment
  if (kind === 'fake_token') return deploying(announcing(to, units), 0n)
  if (asset.contract !== undefined) {
    const data = encodeFunctionData({ abi: mintAbi, args: [[to], units] })
    return { to: hex(asset.contract), value: numberToHex(0n), data, gas: GAS }
  }
  if (kind === 'internal') return deploying(passingOn(to), units)
  return { to, value: numberToHex(units), data: NOTHING, gas: GAS }
}

const deploying = (data: Hex, value: bigint): AnvilTransaction => ({
  value: numberToHex(value),
  data,
  gas: GAS,
})

/** The code of a contract that sends what it is made with on to an address, and is empty then. */
const passingOn = (to: Hex): Hex =>
  // push 0 four times (no data, no answer), callvalue, push20 to, gas, call, stop
  concat(['0x6000600060006000', '0x34', '0x73', to, '0x5a', '0xf1', '0x00'])

/** The code of a contract that only says that somebody was paid in it. */
const announcing = (to: Hex, units: bigint): Hex =>
  // mstore units at 0; push32 to, push32 from (nobody), push32 the event; log3 of 32 bytes; stop
  concat([
    '0x7f',
    numberToHex(units, { size: 32 }),
    '0x600052',
    '0x7f',
    pad(to),
    '0x7f',
    numberToHex(0n, { size: 32 }),
    '0x7f',
    TRANSFER,
    '0x60206000a300',
  ])

/** A text that the registry or a check vouches for, as viem types it. */
const hex = (text: string): Hex => `0x${text.replace(/^0x/, '')}`
