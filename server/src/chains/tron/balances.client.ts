import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import { balanceOfCall } from '../evm/erc20.ts'
import { behind, unsettled, untilSettled } from '../node/settled.ts'
import { accountOfAddress } from './address.ts'
import { AccountState, CallAnswer, type Header } from './answers.ts'
import { headerNow } from './blocks.client.ts'
import type { TronNode } from './node.client.ts'
import type { TronView } from './scan.client.ts'
import { hexOfAccount } from './trc20.ts'

/** Whose balance of what is asked for, and after which block. */
export type BalanceQuestion = Readonly<{ address: string; asset: AssetId; height: number }>

/** Which of its two states a node is asked for: that of its newest block, or of the solidified. */
export type Api = 'wallet' | 'walletsolidity'

const BLOCKS_BACK_MAX = 200

/**
 * What an address holds after a block. A node of Tron knows no state but that of its newest and
 * that of its newest solidified block: from the nearer one above, what the blocks between have
 * moved is taken back.
 *
 * @throws chain.node_refused when the block is too far below, or the address did something in
 * between whose effect on its balance cannot be read off
 * @throws RangeError when the asset is not of this chain
 */
export function balanceAt(view: TronView, question: BalanceQuestion): Promise<Units> {
  return untilSettled(() => balanceOnce(view, question))
}

async function balanceOnce(view: TronView, question: BalanceQuestion): Promise<Units> {
  const { node } = view
  const { height } = question
  const solid = await headerNow(node, 'walletsolidity')
  const api: Api = height <= solid.height ? 'walletsolidity' : 'wallet'
  const before = api === 'walletsolidity' ? solid : await headerNow(node, 'wallet')
  if (before.height < height) {
    throw behind(node, { height })
  }
  const balance = await balanceNow(view, api, question)
  // The state that was asked for is that of one block if no other came meanwhile.
  if ((await headerNow(node, api)).hash !== before.hash) throw unsettled(node)
  return units(balance - (await differenceSince(view, question, before)))
}

/** What an address holds in one of the two states that a node keeps. */
export async function balanceNow(
  { node, assets }: Pick<TronView, 'node' | 'assets'>,
  api: Api,
  { address, asset }: Pick<BalanceQuestion, 'address' | 'asset'>,
): Promise<Units> {
  const account = accountOfAddress(address)
  const owner = hexOfAccount(account)
  if (asset === assets.native) {
    return units((await node.ask(`${api}/getaccount`, { address: owner }, AccountState)).balance)
  }
  const contract = assets.contractOf(asset)
  if (contract === undefined) throw new RangeError(`${asset} is not an asset of ${node.chain}`)
  const call = {
    owner_address: owner,
    contract_address: hexOfAccount(contract),
    data: balanceOfCall(account).slice(2),
  }
  const path = `${api}/triggerconstantcontract`
  const [word] = (await node.ask(path, call, CallAnswer)).constant_result
  if (word?.length === 64) return units(BigInt(`0x${word}`))
  throw refusal(node, path, 'the token tells no balance')
}

/** What the blocks after the asked one up to `top` changed. */
async function differenceSince(
  { node, readDifferences }: TronView,
  { address, asset, height }: BalanceQuestion,
  top: Header,
): Promise<bigint> {
  const count = top.height - height
  if (count > BLOCKS_BACK_MAX) {
    const problem = `it keeps no state of block ${height}, ${count} blocks back`
    throw refusal(node, 'wallet/getaccount', problem)
  }
  const account = accountOfAddress(address)
  let { hash } = top
  let sum = 0n
  for (let at = top.height; at > height; at -= 1) {
    const differences = await readDifferences({ height: at, hash })
    const difference = differences.of(account, asset)
    if (difference.kind === 'unknown') {
      const problem = `it keeps no state of block ${height}, and a ${difference.deed} came after`
      throw refusal(node, 'wallet/getaccount', problem)
    }
    sum += difference.value
    hash = differences.parentHash
  }
  return sum
}

const refusal = ({ chain, name }: TronNode, method: string, problem: string): AppError =>
  new AppError('chain.node_refused', { chain, node: name, method, problem })
