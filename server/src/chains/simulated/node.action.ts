import { AppError } from '../../errors/app-error.ts'
import { knownAsset } from '../../money/registry.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { BlockRef } from '../contract.ts'
import type { Behaviour, Sending, SendKind } from '../sandbox-node.ts'
import { priceOf } from './chain-state.ts'
import { addFork, readForks, saveChain } from './chain.store.ts'
import { addressOfExtra, blockAt, txHashOf } from './derive.ts'
import { onChain, type OpenChain, type SimulatedCtx } from './open-chain.action.ts'
import { transfersOf } from './send.ts'
import { minableSpends, waitForOrder } from './spend-order.store.ts'
import * as txs from './tx.store.ts'

/**
 * Brings a transaction from the faucet (or a contract) into the mempool. While the node lies about
 * transfers, it is one that never happens.
 *
 * @returns its hash
 * @throws sandbox.kind_not_playable
 */
export function send(
  ctx: SimulatedCtx,
  kind: SendKind,
  sendings: readonly [Sending, ...Sending[]],
): Promise<string> {
  const known = sendings.map((one) => ({ ...one, asset: knownAsset(one.asset) }))
  return onChain(ctx, (dbTx, chain) =>
    submit(dbTx, chain, {
      replaceable: kind === 'replaceable',
      phantom: chain.state.behaviour.lie === 'transfers',
      transfers: transfersOf(chain.origin, kind, known),
    }),
  )
}

/**
 * Mines so many blocks at once; the first takes all that waits, even what pays too little.
 *
 * @returns the new tip
 */
export function mine(ctx: SimulatedCtx, blocks: number): Promise<BlockRef> {
  return onChain(ctx, async (dbTx, chain) => {
    const { key, state } = chain
    const tip = state.height + blocks
    if (blocks > 0) {
      await txs.mineWaiting(dbTx, key, {
        height: state.height + 1,
        patient: true,
        spends: await minableSpends(dbTx, key, priceOf(state)),
      })
      await saveChain(dbTx, key, { ...state, height: tip })
    }
    return tipAt(dbTx, chain, tip)
  })
}

/**
 * Replaces the last `depth` blocks by as many others. What they held is mined again, one block
 * later where there is one; `drop` never comes back.
 *
 * @returns the new tip
 * @throws sandbox.reorg_too_deep, sandbox.transaction_not_there
 */
export function reorg(
  ctx: SimulatedCtx,
  depth: number,
  drop: readonly string[],
): Promise<BlockRef> {
  return onChain(ctx, async (dbTx, chain) => {
    const { key, state } = chain
    const kept = state.height - depth
    if (kept < 0) throw new AppError('sandbox.reorg_too_deep', { depth, height: state.height })
    await dropAll(dbTx, key, { txHashes: drop, below: kept })
    await waitForOrder(dbTx, key, kept)
    if (depth > 0) {
      const salt = state.salt + 1
      await txs.mineAgain(dbTx, key, { from: kept + 1, tip: state.height })
      await addFork(dbTx, key, { fromHeight: kept + 1, salt })
      await saveChain(dbTx, key, { ...state, salt })
    }
    return tipAt(dbTx, chain, state.height)
  })
}

/** Whether a transaction was submitted here, whatever became of it. */
export const knows = (ctx: SimulatedCtx, txHash: string): Promise<boolean> =>
  txs.isKnownTx(ctx.db, { bookId: ctx.bookId, chain: ctx.network.chain }, txHash)

/**
 * Replaces a waiting replaceable transaction by one that pays the same to a stranger.
 *
 * @returns the hash of the other one
 * @throws sandbox.transaction_not_there, sandbox.not_replaceable
 */
export function replace(ctx: SimulatedCtx, txHash: string): Promise<string> {
  return onChain(ctx, async (dbTx, chain) => {
    const found = await txs.readTx(dbTx, chain.key, txHash)
    if (found === undefined) throw new AppError('sandbox.transaction_not_there', { txHash })
    if (found.state !== 'waiting' || !found.tx.replaceable) {
      throw new AppError('sandbox.not_replaceable', { txHash, state: found.state })
    }
    const stranger = addressOfExtra(chain.origin, `stranger ${found.tx.number}`)
    const replacedBy = await submit(dbTx, chain, {
      replaceable: false,
      phantom: found.tx.phantom,
      transfers: found.tx.transfers.map((one) => ({ ...one, to: stranger })),
    })
    await txs.markReplaced(dbTx, chain.key, { txHash, replacedBy })
    return replacedBy
  })
}

/** Changes how the node behaves from now on, and answers the whole of it. */
export function behave(ctx: SimulatedCtx, change: Partial<Behaviour>): Promise<Behaviour> {
  return onChain(ctx, async (dbTx, { key, state, now }) => {
    const behaviour = { ...state.behaviour, ...change }
    // Time that went by under the old behaviour is settled: no block comes for it any more.
    await saveChain(dbTx, key, { ...state, behaviour, minedAt: now })
    return behaviour
  })
}

async function tipAt(db: Queryable, { key, origin }: OpenChain, tip: number): Promise<BlockRef> {
  return blockAt(origin, { height: tip, tip }, await readForks(db, key))
}

async function submit(
  dbTx: DbTx,
  { key, origin, state }: OpenChain,
  tx: Omit<txs.SimulatedTx, 'txHash' | 'number'>,
): Promise<string> {
  const number = state.txCount + 1
  const txHash = txHashOf(origin, number)
  await txs.insertTx(dbTx, key, { ...tx, txHash, number })
  await saveChain(dbTx, key, { ...state, txCount: number })
  return txHash
}

async function dropAll(
  dbTx: DbTx,
  key: OpenChain['key'],
  drop: Readonly<{ txHashes: readonly string[]; below: number }>,
): Promise<void> {
  if (drop.txHashes.length === 0) return
  const dropped = new Set(await txs.dropTxs(dbTx, key, drop))
  const missing = drop.txHashes.find((txHash) => !dropped.has(txHash))
  if (missing !== undefined) {
    throw new AppError('sandbox.transaction_not_there', { txHash: missing })
  }
}
