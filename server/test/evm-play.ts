import { encodeFunctionData, toHex, zeroAddress, type Hex } from 'viem'
import { z } from 'zod'
import type { Anvil } from './anvil.ts'
import { readArtifact } from './artifact.ts'
import type { Contracts } from './evm-base.ts'

/** A chain to play on: its node, its contracts, and the accounts that have not sent yet. */
export type Play = Readonly<{ anvil: Anvil; contracts: Contracts; senders: string[] }>

/** A transaction to be sent; `data` calls a contract. */
export type Sent = Readonly<{ to: string; value?: bigint; data?: Hex }>

/** One payment of the payer contract; token zero is the coin. */
export type Payment = Readonly<{ token: string; to: string; units: bigint }>

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

/** A payment of so many of the chain's coins. */
export const coins = (to: string, units: bigint): Payment => ({ token: zeroAddress, to, units })
