import { unsettled } from '../node/settled.ts'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import { Place, type BlockTransaction } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { CONFIRMED, wholeBlock } from './blocks.client.ts'
import type { SolanaNode } from './node.client.ts'
import { associatedAccount } from './token-account.ts'

/** Whose balance of what, after the block at a slot. */
export type BalanceQuestion = Readonly<{ address: string; asset: AssetId; height: number }>

const PAGE = 1_000
const PAGES_MAX = 100

const Past = z.array(z.object({ signature: z.string(), slot: Place }))
const TokenAccounts = z.object({ value: z.array(z.object({ pubkey: z.string() })) })

/**
 * The balance after a block, which nodes tell of the newest one only: it is what the last
 * transaction up to there left behind, as its block says. Of a token it is the sum over the
 * accounts that the owner has now, and his usual one.
 *
 * @throws chain.node_refused for an asset that is not looked at, or more history than is read
 */
export async function balanceAt(
  node: SolanaNode,
  { coin, mints }: AssetTable,
  { address, asset, height }: BalanceQuestion,
): Promise<Units> {
  if (asset === coin) {
    const last = await lastChange(node, address, height)
    return units(last?.meta.postBalances[placeIn(last, address)] ?? 0n)
  }
  const mint = mints.get(asset)
  if (mint === undefined) throw refused(node, `${asset} is not looked at`)
  let sum = 0n
  for (const account of await tokenAccounts(node, address, mint)) {
    const last = await lastChange(node, account, height)
    const held = last?.meta.postTokenBalances?.find(
      (one) => one.accountIndex === placeIn(last, account),
    )
    if (held?.owner === address && held.mint === mint) sum += held.uiTokenAmount.amount
  }
  return units(sum)
}

const placeIn = ({ transaction }: BlockTransaction, account: string): number =>
  transaction.accountKeys.findIndex((one) => one.pubkey === account)

async function tokenAccounts(
  node: SolanaNode,
  owner: string,
  mint: string,
): Promise<ReadonlySet<string>> {
  const how = { commitment: CONFIRMED, encoding: 'base64', dataSlice: { offset: 0, length: 0 } }
  const { value } = await node.ask('getTokenAccountsByOwner', [owner, { mint }, how], TokenAccounts)
  return new Set([associatedAccount(owner, mint).address, ...value.map((one) => one.pubkey)])
}

/** The last transaction up to a slot that names an account; undefined when there is none. */
async function lastChange(
  node: SolanaNode,
  account: string,
  height: number,
): Promise<BlockTransaction | undefined> {
  let before: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const how = { commitment: CONFIRMED, limit: PAGE, ...(before === undefined ? {} : { before }) }
    const past = await node.ask('getSignaturesForAddress', [account, how], Past)
    const last = past.find((one) => one.slot <= height)
    if (last !== undefined) return changeIn(node, last.slot, account)
    before = past.at(-1)?.signature
    if (past.length < PAGE || before === undefined) return undefined
  }
  throw refused(node, `${account} has too much history above slot ${height}`)
}

/** The order of several changes in one block is the block's own. */
async function changeIn(
  node: SolanaNode,
  slot: number,
  account: string,
): Promise<BlockTransaction> {
  const block = await wholeBlock(node, slot)
  const change = block?.transactions.findLast((one) => placeIn(one, account) !== -1)
  if (change === undefined) throw unsettled(node)
  return change
}

const refused = ({ chain, name }: SolanaNode, problem: string): AppError =>
  new AppError('chain.node_refused', { chain, node: name, method: 'balance', problem })
