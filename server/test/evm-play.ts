import { encodeFunctionData, toHex, zeroAddress, type Hex } from 'viem'
import { z } from 'zod'
import type { Sending, SendKind } from '../src/chains/sandbox-node.ts'
import type { Anvil } from './anvil.ts'
import { readArtifact } from './artifact.ts'
import type { Contracts } from './evm-base.ts'

/** A chain to play on: its node, its contracts, and the accounts that have not sent yet. */
export type Play = Readonly<{ anvil: Anvil; contracts: Contracts; senders: string[] }>

/** A transaction to be sent; `data` calls a contract. */
export type Sent = Readonly<{ to: string; value?: bigint; data?: Hex }>

/** One payment of the payer contract; token zero is the coin. */
export type Payment = Readonly<{ token: string; to: string; units: bigint }>

const STRANGER = '0x00000000000000000000000000000000000beef1'

/** Puts a transaction into the mempool, from an account that sends no other; answers its hash. */
export async function transact({ anvil, senders }: Play, sent: Sent): Promise<string> {
  const from = senders.pop()
  if (from === undefined) throw new Error('every account of this world has sent')
  const gas = sent.data === undefined ? {} : { data: sent.data, gas: toHex(2_000_000) }
  const transaction = { from, to: sent.to, value: toHex(sent.value ?? 0n), ...gas }
  return z.string().parse(await anvil.ask('eth_sendTransaction', transaction))
}

/** The call data of a token's function. */
export const tokenCall = async (name: string, args: readonly unknown[]): Promise<Hex> =>
  encodeFunctionData({ ...(await readArtifact('TestToken')), functionName: name, args })

/** The transaction that lets the payer contract pay, in one of its ways. */
export async function payerCall(
  { contracts }: Play,
  way: 'pay' | 'payInVain' | 'payByDelegate',
  payments: readonly Payment[],
): Promise<Sent> {
  const { abi } = await readArtifact('Payer')
  const data = encodeFunctionData({ abi, functionName: way, args: [payments] })
  const value = payments
    .filter((payment) => payment.token === zeroAddress)
    .reduce((sum, payment) => sum + payment.units, 0n)
  return { to: contracts.payer, value, data }
}

/** Sends as the shared suite asks for. @param tokenOf the contract of an asset; zero for the coin */
export async function send(
  play: Play,
  what: Readonly<{ kind: SendKind; tokenOf: (sending: Sending) => Hex }>,
  sendings: readonly [Sending, ...Sending[]],
): Promise<string> {
  const [first] = sendings
  const { kind, tokenOf } = what
  if (kind === 'internal' || sendings.length > 1) {
    const payments = sendings.map((each) => ({ ...each, token: tokenOf(each) }))
    return transact(play, await payerCall(play, 'pay', payments))
  }
  const token = kind === 'fake_token' ? play.contracts.fake : tokenOf(first)
  if (token === zeroAddress) return transact(play, { to: first.to, value: first.units })
  return transact(play, { to: token, data: await tokenCall('transfer', [first.to, first.units]) })
}

const TransactionHashes = z.object({ transactions: z.array(z.string()) })

/** Replaces the last blocks; what is not dropped is mined again, in the first of the new ones. */
export async function reorg(
  { anvil }: Play,
  depth: number,
  drop: readonly string[],
): Promise<void> {
  const tip = z.string().parse(await anvil.ask('eth_blockNumber'))
  const again: unknown[] = []
  for (let height = Number(tip) - depth + 1; height <= Number(tip); height += 1) {
    const block = await anvil.ask('eth_getBlockByNumber', toHex(height), false)
    for (const txHash of TransactionHashes.parse(block).transactions) {
      if (drop.includes(txHash)) continue
      again.push([await anvil.ask('eth_getRawTransactionByHash', txHash), 0])
    }
  }
  await anvil.ask('anvil_reorg', depth, again)
}

const Waiting = z.object({ from: z.string(), nonce: z.string(), maxFeePerGas: z.string() })

/** Replaces a waiting transaction by one of the same sender and number that pays a stranger. */
export async function replace({ anvil }: Play, txHash: string): Promise<void> {
  const waiting = Waiting.parse(await anvil.ask('eth_getTransactionByHash', txHash))
  const fee = toHex(BigInt(waiting.maxFeePerGas) * 2n)
  const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee }
  const { from, nonce } = waiting
  await anvil.ask('eth_sendTransaction', { from, nonce, to: STRANGER, value: '0x1', ...fees })
}
