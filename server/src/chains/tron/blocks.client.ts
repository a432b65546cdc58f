import { unsettled } from '../node/settled.ts'
import { AppError } from '../../errors/app-error.ts'
import type { BlockRef } from '../contract.ts'
import { Block, Header, Infos } from './answers.ts'
import type { TronAssets } from './assets.ts'
import { differencesOf, type Differences, type SettledBlock } from './movements.ts'
import type { TronNode } from './node.client.ts'

/** The header at a height of the best chain; undefined above the node's tip. */
export const headerAt = (node: TronNode, height: number): Promise<Header | undefined> =>
  node.ask('wallet/getblock', { id_or_num: `${height}`, detail: false }, Header)

/** The newest header of the best chain, or of its solidified part. @throws chain.node_behind */
export async function headerNow(node: TronNode, api: 'wallet' | 'walletsolidity'): Promise<Header> {
  const header = await node.ask(`${api}/getblock`, { detail: false }, Header)
  if (header !== undefined) return header
  throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height: 0 })
}

/** Reads by how much a block changed what accounts have. */
export type ReadDifferences = (block: BlockRef) => Promise<Differences>

/** Somewhat more than are taken back for one balance. */
const REMEMBERED_MAX = 256

/**
 * A reader that remembers the last blocks, since balances of many addresses are asked for at the
 * same height: what is in a block of a certain hash never changes.
 */
export function createDifferencesReader(node: TronNode, assets: TronAssets): ReadDifferences {
  const known = new Map<string, Promise<Differences>>()
  const read = async ({ height, hash }: BlockRef): Promise<Differences> => {
    const block = await blockAt(node, height)
    if (block?.hash !== hash) throw unsettled(node)
    return differencesOf(await settle(node, block), assets)
  }
  return async (block) => {
    const { hash } = block
    const [oldest] = known.keys()
    if (known.size >= REMEMBERED_MAX && oldest !== undefined) known.delete(oldest)
    const differences = known.get(hash) ?? read(block)
    known.set(hash, differences)
    try {
      return await differences
    } catch (error) {
      known.delete(hash)
      throw error
    }
  }
}

/**
 * What the transactions of a block did. Infos are asked by height, so a fork may have put
 * another block there: they must be of the very transactions of this block, ended as it says.
 *
 * @throws chain.node_unsettled
 */
export async function settle(node: TronNode, block: Block): Promise<SettledBlock> {
  if (block.transactions.length === 0) return { block, infos: new Map() }
  const path = 'wallet/gettransactioninfobyblocknum'
  const answers = (await node.ask(path, { num: block.height }, Infos)) ?? []
  const infos = new Map(answers.map((info) => [info.hash, info]))
  const fits = block.transactions.every(({ hash, result }) => {
    const info = infos.get(hash)
    return info?.height === block.height && (info.result ?? result) === result
  })
  if (!fits || infos.size !== block.transactions.length) throw unsettled(node)
  return { block, infos }
}

/** The block at a height with its transactions; undefined above the node's tip. */
export const blockAt = (node: TronNode, height: number): Promise<Block | undefined> =>
  node.ask('wallet/getblockbynum', { num: height }, Block)

/** @throws chain.node_unsettled when the chain has another block at that height, or none */
export async function mustBeThere(node: TronNode, { height, hash }: BlockRef): Promise<void> {
  if ((await headerAt(node, height))?.hash !== hash) throw unsettled(node)
}
