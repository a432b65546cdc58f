import { AppError } from '../errors/app-error.ts'
import { knownAsset } from '../money/registry.ts'
import type { AssetId, ChainId } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { takeIndexes, type IssuedAddress } from './address.store.ts'
import { beginWatching } from './begin-watching.action.ts'
import type { Chains } from './chains.ts'
import { depositRoute, depositRoutes, type DepositRoute } from './deposit-route.ts'
import { childPublicKey, receivingKey, type ReceivingKey } from './derivation.ts'
import { ensureXpubs } from './ensure-xpubs.action.ts'
import { createIndexBlocks } from './index-blocks.ts'
import type { PlacedKey } from './pool.store.ts'
import { isPoolFamily, type KeyFamily, type Signer } from './signer.client.ts'
import { takePooledKeys } from './take-pooled.action.ts'

/**
 * What an address is wanted for: an asset, and with `also` others on chains of the same family, on
 * which one key has one address.
 */
export type WantedAddress = Readonly<{
  chain: ChainId
  asset: AssetId
  also?: readonly AssetId[] | undefined
}>

/** Makes addresses that nobody was given yet. One for each process: it keeps keys and indexes. */
export type AddressSource = Readonly<{
  /**
   * Fresh addresses, one for each wish and in that order, watched from now on. Derives keys and may
   * ask the signer and nodes: call it before the dbTx in which they are handed out.
   *
   * @throws custody.no_deposit_route, custody.addresses_exhausted, custody.signer_changed,
   *   signer.no_answer, chain.unreachable
   */
  prepare: (book: Book, wanted: readonly WantedAddress[]) => Promise<readonly IssuedAddress[]>
}>

/** What making addresses needs. */
export type AddressSourceCtx = Pick<ShellCtx, 'db' | 'clock' | 'log'> &
  Readonly<{ chains: Chains; signer: Signer }>

type AccountKey = Readonly<{ path: string; receiving: ReceivingKey }>

/** Entries that each memory holds; what it forgot is read again. */
const REMEMBERED_MAX = 10_000

/** Makes the source of addresses of this process. */
export function createAddressSource(ctx: AddressSourceCtx): AddressSource {
  const keys = new Map<BookId, ReadonlyMap<KeyFamily, AccountKey>>()
  const watched = new Map<string, true>()
  const indexes = createIndexBlocks((bookId, family, count) =>
    inDbTx(ctx, (dbTx) => takeIndexes(dbTx, { bookId, family, count })),
  )
  const keysOf = async (book: Book): Promise<ReadonlyMap<KeyFamily, AccountKey>> => {
    const known = keys.get(book.bookId)
    if (known !== undefined) return known
    const xpubs = await ensureXpubs(ctx, book)
    const parsed = xpubs.map(
      ({ family, path, xpub }) => [family, { path, receiving: receivingKey(xpub) }] as const,
    )
    const own = new Map(parsed)
    remember(keys, book.bookId, own)
    return own
  }
  return {
    prepare: async (book, wanted) => {
      const routes = wanted.map((one) => routeTo(ctx.chains, book, one.chain))
      const own = await keysOf(book)
      const others = wanted
        .flatMap((one) => one.also ?? [])
        .map((asset) => routeTo(ctx.chains, book, knownAsset(asset).chain))
      await watchFamilies(ctx, book, { routes: [...routes, ...others], watched })
      const take = async (route: DepositRoute, count: number): Promise<readonly PlacedKey[]> => {
        const { family, keys, chain } = route
        if (isPoolFamily(keys)) {
          const from = { chain: chain.adapter.chain, family: keys, count }
          return takePooledKeys(ctx, book, from)
        }
        const key = own.get(keys)
        if (key === undefined) throw new Error(`no account key for addresses of ${family}`)
        const taken = await indexes.take(book.bookId, family, count)
        return taken.map((index) => {
          const publicKey = childPublicKey(key.receiving, index)
          return { index, path: `${key.path}/0/${index}`, publicKey }
        })
      }
      const placed = await takeKeys(routes, take)
      return wanted.map((wish, place) => {
        const route = routes[place]
        const key = placed[place]
        if (route === undefined || key === undefined) {
          throw new Error(`no key for an address on ${wish.chain}`)
        }
        const { index, path, publicKey } = key
        const address = route.chain.adapter.addressOf(publicKey)
        return { ...wish, address, family: route.family, index, path }
      })
    },
  }
}

function routeTo(chains: Chains, book: Book, chain: ChainId): DepositRoute {
  const route = depositRoute(chains, book, chain)
  if (route === undefined) throw new AppError('custody.no_deposit_route', { chain })
  return route
}

function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value): void {
  const [oldest] = cache.keys()
  if (cache.size >= REMEMBERED_MAX && oldest !== undefined) cache.delete(oldest)
  cache.set(key, value)
}

/** A key for each route, in their order, taken family by family. */
async function takeKeys(
  routes: readonly DepositRoute[],
  take: (route: DepositRoute, count: number) => Promise<readonly PlacedKey[]>,
): Promise<readonly (PlacedKey | undefined)[]> {
  const byFamily = [...Map.groupBy(routes.keys(), (place) => routes[place]?.family).values()]
  const taken = await Promise.all(
    byFamily.map(async (places) => {
      const [first] = places.flatMap((place) => routes[place] ?? [])
      const keys = first === undefined ? [] : await take(first, places.length)
      return places.map((place, nth) => [place, keys[nth]] as const)
    }),
  )
  const byPlace = new Map(taken.flat())
  return routes.map((_, place) => byPlace.get(place))
}

type Watching = Readonly<{ routes: readonly DepositRoute[]; watched: Map<string, true> }>

/**
 * What is sent to an address on another chain of its family is to be seen as well, so all of them
 * are watched. Where a node of those does not answer now, the next address tries again.
 */
async function watchFamilies(
  ctx: AddressSourceCtx,
  book: Book,
  { routes, watched }: Watching,
): Promise<void> {
  const families = new Set(routes.map((route) => route.family))
  const wanted = new Set(routes.map((route) => route.chain.adapter.chain))
  const related = depositRoutes(ctx.chains, book).filter((route) => families.has(route.family))
  await Promise.all(
    related.map(async ({ chain }) => {
      const name = `${chain.realm} ${chain.adapter.chain}`
      if (watched.has(name)) return
      try {
        await beginWatching(ctx, chain)
        remember(watched, name, true)
      } catch (error) {
        if (wanted.has(chain.adapter.chain)) throw error
        ctx.log.warn({ chain: chain.adapter.chain, error }, 'a related chain cannot be watched yet')
      }
    }),
  )
}
