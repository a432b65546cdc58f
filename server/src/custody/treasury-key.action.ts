import type { OwnKey } from '../chains/contract-sending.ts'
import { TREASURY } from '../chains/treasury-account.ts'
import { AppError } from '../errors/app-error.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { beginWatching } from './begin-watching.action.ts'
import { readDerivationAccount } from './book.store.ts'
import type { Chains } from './chains.ts'
import { depositRoute } from './deposit-route.ts'
import { childPublicKey, receivingKey } from './derivation.ts'
import { checkSigner } from './ensure-xpubs.action.ts'
import { isPoolFamily, type KeyFamily, type PoolFamily, type Signer } from './signer.client.ts'
import { insertTreasuryKey, readTreasuryKeys } from './treasury-key.store.ts'

/** Finds a book's own key on a chain, as `treasuryKey` does. */
export type Treasury = Readonly<{ keyOf: (book: Book, chain: ChainId) => Promise<OwnKey> }>

/** What finding a treasury's key needs. */
export type TreasuryKeyCtx = Pick<ShellCtx, 'db' | 'clock'> &
  Readonly<{ chains: Chains; signer: Signer }>

/** The treasury as the rooms above see it: they need no signer. */
export const createTreasury = (ctx: TreasuryKeyCtx): Treasury => ({
  keyOf: (book, chain) => treasuryKey(ctx, book, chain),
})

/**
 * A book's own address on a chain: what is swept goes there, and it pays the fees. Made at the
 * first time, watched from then on.
 *
 * @throws custody.no_deposit_route, custody.signer_changed, signer.no_answer, chain.unreachable
 */
async function treasuryKey(ctx: TreasuryKeyCtx, book: Book, chain: ChainId): Promise<OwnKey> {
  const route = depositRoute(ctx.chains, book, chain)
  if (route === undefined) throw new AppError('custody.no_deposit_route', { chain })
  const { adapter } = route.chain
  const of = { bookId: book.bookId, family: route.family }
  // A family's networks may write their addresses in different ways, each has the one that fits it.
  const fits = ({ address }: OwnKey): boolean => {
    const check = adapter.checkAddress(address)
    return check.kind === 'valid' && check.address === address
  }
  await beginWatching(ctx, route.chain)
  const known = (await readTreasuryKeys(ctx.db, of)).find(fits)
  if (known !== undefined) return known
  await checkSigner(ctx)
  const account = await readDerivationAccount(ctx.db, book.bookId)
  const { path, publicKey } = await firstKey(ctx, route.keys, TREASURY + account)
  const key = { path, address: adapter.addressOf(publicKey) }
  await inDbTx(ctx, (dbTx) =>
    insertTreasuryKey(dbTx, of, {
      key,
      chain,
      asset: knownNetwork(chain).native,
      now: ctx.clock.now(),
    }),
  )
  // Another process may have been first: it made the same one.
  return key
}

/** The first key of an account. */
async function firstKey(
  { signer }: Pick<TreasuryKeyCtx, 'signer'>,
  keys: KeyFamily | PoolFamily,
  account: number,
): Promise<Readonly<{ path: string; publicKey: Uint8Array }>> {
  if (!isPoolFamily(keys)) {
    const { path, xpub } = await signer.xpub(keys, account)
    return { path: `${path}/0/0`, publicKey: childPublicKey(receivingKey(xpub), 0) }
  }
  const [made] = await signer.addresses(keys, { account, from: 0, count: 1 })
  if (made === undefined) throw new Error('an account has a first address')
  return made
}
