import type { Faucet, Filling } from '../custody/faucet.ts'
import { spendableOf } from '../custody/spendable.action.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import { units, type ChainId, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { play, type Playable, type SandboxCtx } from './play.action.ts'
import {
  endPour,
  findOpenPour,
  giveUpPour,
  insertPour,
  notePourSent,
  type Pour,
} from './pour.store.ts'

/** What pouring needs. */
export type FaucetCtx = SandboxCtx & Pick<ShellCtx, 'ids'> & Readonly<{ treasury: Treasury }>

/** Whoever began to send and has not said so after this time was stopped in between. */
const STOPPED_MS = 30_000

/** So that it lasts for a while, it is this many times what was asked for, or a whole coin. */
const TIMES = 10n

/** Gives the treasuries of sandbox books coins for fees, on the chains that can be played. */
export const createFaucet = (ctx: FaucetCtx): Faucet => ({
  fill: (book, want) => fill(ctx, book, want),
})

type Want = Readonly<{ chain: ChainId; least: Units }>

async function fill(ctx: FaucetCtx, book: Book, { chain, least }: Want): Promise<Filling> {
  if (book.environment !== 'test' || ctx.nodes.of(book, chain) === undefined) return 'none'
  const { address } = await ctx.treasury.keyOf(book, chain)
  return play(ctx, { book, chain }, async (at) => {
    const { native: asset } = at.network
    const open = await stillOpen(ctx, book, at)
    const has = (): Promise<Units> =>
      spendableOf(ctx, { book, chain: at.chain, address, asset, enough: least })
    if ((await has()) >= least) return 'there'
    if (open?.txHash !== undefined) return 'coming'
    const pour = await beginPour(ctx, book, { chain, open, least })
    if (pour === undefined) return 'coming'
    const sent = await at.node.send('normal', [{ to: address, asset, units: pour.units }])
    await inDbTx(ctx, (dbTx) => notePourSent(dbTx, pour, sent))
    const { autoMine } = await at.node.behave({})
    if (autoMine) await at.node.mine(1)
    return (await has()) >= least ? 'there' : 'coming'
  })
}

/** The pour that may still arrive: one that a block holds, or nobody knows, is waited for no more. */
async function stillOpen(
  ctx: FaucetCtx,
  { bookId }: Book,
  { network, chain }: Playable,
): Promise<Pour | undefined> {
  const open = await findOpenPour(ctx.db, { bookId, chain: network.chain })
  if (open?.txHash === undefined) return open
  const state = await chain.sender?.lookUp(open.txHash)
  if (state?.kind === 'waiting') return open
  await inDbTx(ctx, (dbTx) => endPour(dbTx, open))
  return undefined
}

/** @returns nothing when somebody else sends coins just now */
async function beginPour(
  ctx: FaucetCtx,
  { bookId }: Book,
  at: Want & Readonly<{ open: Pour | undefined }>,
): Promise<Pour | undefined> {
  const { chain, open, least } = at
  const now = ctx.clock.now()
  if (open !== undefined) {
    if (now - open.madeAt < STOPPED_MS) return undefined
    await inDbTx(ctx, (dbTx) => giveUpPour(dbTx, open))
  }
  const { native: asset, decimals } = coinOf(chain)
  const whole = 10n ** BigInt(decimals)
  const amount = units(least * TIMES > whole ? least * TIMES : whole)
  const pourId = ctx.ids.next('pour')
  const pour = { bookId, pourId, chain, asset, units: amount, txHash: undefined, madeAt: now }
  return (await inDbTx(ctx, (dbTx) => insertPour(dbTx, pour))) ? pour : undefined
}

function coinOf(chain: ChainId) {
  const { native } = knownNetwork(chain)
  return { native, decimals: knownAsset(native).decimals }
}
