import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { Hash, Quantity, RawAddress } from './answers.ts'
import { mintCall } from './contract-calls.ts'
import { balanceOfCall } from './erc20.ts'
import type { EvmNode } from './node.client.ts'

/**
 * The contracts of a local chain, in lower case: the first three that anvil's first account
 * deploys, so that their addresses are known beforehand. The registry knows the dollar's.
 */
export const LOCAL_CONTRACTS = {
  dollar: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  payer: '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512',
  lookalike: '0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0',
} as const

/** What each account and the payer get of the dollar and its lookalike, in their units. */
const UNITS_EACH = 10n ** 24n

const ARTIFACTS = new URL('../../../../contracts/artifacts/', import.meta.url)
const Artifact = z.object({ bytecode: z.string() })

/**
 * Deploys what of the contracts is not there yet, and gives test dollars to every account.
 *
 * @param accounts the node's unlocked accounts, the deploying one first
 * @throws chain.local_node_failed when the first account has sent something else before
 */
export async function ensureLocalContracts(
  node: EvmNode,
  accounts: readonly string[],
): Promise<void> {
  const [deployer = ''] = accounts
  const { dollar, payer, lookalike } = LOCAL_CONTRACTS
  const wanted = [
    [dollar, 'TestDollar'],
    [payer, 'Payer'],
    [lookalike, 'TestDollar'],
  ] as const
  for (const [address, name] of wanted) {
    const code = await node.ask('eth_getCode', [address, 'latest'], z.string())
    if (code !== '0x') continue
    const receipt = await transact(node, { from: deployer, data: await bytecodeOf(name) })
    if (receipt.contractAddress === address) continue
    const problem = `${name} came to ${receipt.contractAddress}, not ${address}: begin a new state`
    throw new AppError('chain.local_node_failed', { problem })
  }
  for (const token of [dollar, lookalike]) {
    const owners = [...accounts, payer]
    const call = { to: token, data: balanceOfCall(payer) }
    if ((await node.ask('eth_call', [call, 'latest'], Quantity)) > 0n) continue
    await transact(node, { from: deployer, to: token, data: mintCall(owners, UNITS_EACH) })
  }
}

async function bytecodeOf(contract: string): Promise<string> {
  const text = await readFile(new URL(`${contract}.json`, ARTIFACTS), 'utf8')
  return Artifact.parse(JSON.parse(text)).bytecode
}

const Receipt = z.object({ status: z.literal('0x1'), contractAddress: RawAddress.nullable() })

/** Sends and mines at once, whatever the node's way of mining. */
async function transact(node: EvmNode, transaction: object): Promise<z.infer<typeof Receipt>> {
  const txHash = await node.ask('eth_sendTransaction', [transaction], Hash)
  await node.ask('anvil_mine', ['0x1'], z.unknown())
  return node.ask('eth_getTransactionReceipt', [txHash], Receipt)
}
