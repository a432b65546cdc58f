import { AppError, isError } from '../../errors/app-error.ts'
import type { AssetId } from '../../money/units.ts'
import type { DbTx } from '../../shell/db.ts'
import type { Broadcast, RefusalReason } from '../contract-sending.ts'
import { saveChain } from './chain.store.ts'
import { priceOf } from './chain-state.ts'
import { openSigned, simulatedCodec, type SimulatedSpend } from './codec.ts'
import { addressOfExtra } from './derive.ts'
import { balanceAt } from './look.store.ts'
import { onChain, type OpenChain, type SimulatedCtx } from './open-chain.action.ts'
import { insertSpend, minedNonce, standingOf, waitAgain, waitingSpend } from './spend.store.ts'
import { dropTxs, insertTx, type SimulatedTransfer } from './tx.store.ts'

/** A replacement pays a tenth more, as real networks want it. */
const BUMP_TENTHS = 11n

/** What a simulated chain's node does with signed bytes that somebody hands it. */
export function takeBroadcast(ctx: SimulatedCtx, signed: Uint8Array): Promise<Broadcast> {
  return onChain(ctx, async (dbTx, chain) => {
    const { behaviour } = chain.state
    if (behaviour.halt) throw new AppError('chain.unreachable', { chain: ctx.network.name })
    if (behaviour.refuseBroadcasts) return refused('invalid', 'this node refuses everything')
    const opened = open(ctx, signed)
    if ('kind' in opened) return opened
    const before = await standingOf(dbTx, chain.key, opened.txHash)
    if (before?.state === 'waiting' || before?.state === 'mined') return ACCEPTED
    const problem = await unfit(dbTx, { ctx, chain }, opened.spend)
    if (problem !== undefined) return problem
    if (behaviour.forgetBroadcasts) return ACCEPTED
    await replaceRivals(dbTx, chain, opened)
    if (before === undefined) await accept(dbTx, { ctx, chain }, opened)
    else await waitAgain(dbTx, chain.key, opened.txHash)
    return ACCEPTED
  })
}

const ACCEPTED: Broadcast = { kind: 'accepted' }

const refused = (reason: RefusalReason, problem: string): Broadcast => ({
  kind: 'refused',
  reason,
  problem,
})

type Opened = Readonly<{ txHash: string; spend: SimulatedSpend }>

function open({ network }: SimulatedCtx, signed: Uint8Array): Broadcast | Opened {
  try {
    const { txHash } = simulatedCodec.explainSigned(network.chain, signed)
    return { txHash, spend: openSigned(network.chain, signed).spend }
  } catch (error) {
    if (!isError(error, 'chain.transaction_not_readable')) throw error
    return refused('invalid', error.message)
  }
}

type At = Readonly<{ ctx: SimulatedCtx; chain: OpenChain }>

async function unfit(dbTx: DbTx, at: At, spend: SimulatedSpend): Promise<Broadcast | undefined> {
  const { key, state } = at.chain
  if (spend.fee < priceOf(state)) return refused('underpriced', 'its fee is too low')
  for (const { address, nonce } of spend.senders) {
    const next = await minedNonce(dbTx, key, { address, upTo: state.height })
    if (nonce < next) return refused('slot_taken', `nonce ${nonce} of ${address} is used`)
    const rival = await waitingSpend(dbTx, key, { address, nonce })
    if (rival !== undefined && spend.fee * 10n < rival.fee * BUMP_TENTHS) {
      return refused('underpriced', `${rival.txHash} waits with that nonce and pays as much`)
    }
    const follows =
      nonce === next || (await waitingSpend(dbTx, key, { address, nonce: nonce - 1 })) !== undefined
    if (!follows) return refused('invalid', `nonce ${nonce} of ${address} comes too early`)
  }
  return overdrawn(dbTx, at, spend)
}

async function overdrawn(
  dbTx: DbTx,
  { ctx, chain }: At,
  spend: SimulatedSpend,
): Promise<Broadcast | undefined> {
  for (const { address } of spend.senders) {
    for (const [asset, need] of needsOf(spend, address, ctx.network.native)) {
      const of = { address, asset, height: chain.state.height }
      const has = await balanceAt(dbTx, chain.key, of)
      if (has >= need) continue
      return refused('insufficient_funds', `${address} has ${has} of ${asset}, not ${need}`)
    }
  }
  return undefined
}

/** What a sender gives away, asset by asset; the first sender pays the fee. */
export function needsOf(
  spend: SimulatedSpend,
  address: string,
  native: AssetId,
): ReadonlyMap<AssetId, bigint> {
  const needs = new Map<AssetId, bigint>()
  const add = (asset: AssetId, amount: bigint): void =>
    void needs.set(asset, (needs.get(asset) ?? 0n) + amount)
  for (const one of spend.transfers) if (one.from === address) add(one.asset, one.units)
  if (spend.senders[0]?.address === address) add(native, spend.fee)
  return needs
}

/** Those that wait with one of its nonces make room for a transaction that pays more. */
async function replaceRivals(dbTx: DbTx, { key }: OpenChain, { spend }: Opened): Promise<void> {
  for (const { address, nonce } of spend.senders) {
    const rival = await waitingSpend(dbTx, key, { address, nonce })
    if (rival !== undefined)
      await dropTxs(dbTx, key, { txHashes: [rival.txHash], below: Number.MAX_SAFE_INTEGER })
  }
}

async function accept(dbTx: DbTx, at: At, { txHash, spend }: Opened): Promise<void> {
  const { native } = at.ctx.network
  const { key, origin, state } = at.chain
  const number = state.txCount + 1
  const [payer] = spend.senders
  const fee: SimulatedTransfer = {
    index: 'fee',
    asset: native,
    from: payer?.address ?? '',
    to: addressOfExtra(origin, 'fee collector'),
    units: spend.fee,
  }
  const moves = spend.transfers.map((one, place) => ({ ...one, index: `log:${place}` }))
  const transfers = spend.fee > 0n ? [...moves, fee] : moves
  await insertTx(dbTx, key, { txHash, number, replaceable: false, phantom: false, transfers })
  await insertSpend(dbTx, key, { txHash, spend })
  await saveChain(dbTx, key, { ...state, txCount: number })
}
