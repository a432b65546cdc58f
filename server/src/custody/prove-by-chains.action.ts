import { AppError, isError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import type { BookDepositCtx } from './book-deposit.action.ts'
import { bookDepositJob } from './book-deposit.job.ts'
import { booksIn, listNotFound, listWatchKeys, oldestBlock } from './prove.store.ts'
import { reconcile, type Reconciliation } from './reconcile.action.ts'
import { rescanChain } from './request-scan.action.ts'
import { chainOf, watchChain, type WatchCtx } from './watch-chain.action.ts'
import { readWatch, type WatchKey } from './watch.store.ts'

/** What proving needs: all that watching and booking do. */
export type ProveCtx = WatchCtx & BookDepositCtx

/** What one chain came to. */
export type ChainProof = WatchKey &
  Readonly<{
    /** Nothing to ask on this machine: said, and no failure. */
    notCompared?: string
    books: number
    addresses: number
    /** What contradicts the books, in sentences. */
    problems: readonly string[]
    /** What moved on the chain since, of which these books do not know. */
    since: readonly string[]
  }>

const LOOKS_MAX = 10_000
const NAMED_MAX = 20

/**
 * Compares books that were brought back with the chains: what they held at the block that they had
 * reached; then their newest blocks are read once more, every deposit must be found again, and what
 * the chain did since is booked and compared as well. It books; it sends nothing.
 */
export async function* proveByChains(ctx: ProveCtx): AsyncGenerator<ChainProof> {
  for (const key of await listWatchKeys(ctx.db)) yield await proveChain(ctx, key)
}

async function proveChain(ctx: ProveCtx, key: WatchKey): Promise<ChainProof> {
  const nothing = { ...key, books: 0, addresses: 0, problems: [], since: [] }
  const found = await chainOf(ctx, key)
  if (found === undefined) {
    const why = 'no node of this chain is configured (COFFER_CHAINS)'
    return key.realm === 'live' ? { ...nothing, problems: [why] } : { ...nothing, notCompared: why }
  }
  try {
    return await compare(ctx, key)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ...nothing, problems: [error.message] }
  }
}

async function compare(ctx: ProveCtx, key: WatchKey): Promise<ChainProof> {
  const books = await booksIn(ctx.db, key)
  const then = await reconcileAll(ctx, key, books)
  const problems = [...(await readAgain(ctx, key))]
  const now = await reconcileAll(ctx, key, books)
  if (now === undefined) problems.push('the chain moved on while it was compared')
  // Where a fork took the block of the backup, only the present can be compared.
  problems.push(...differencesIn(then ?? now ?? []))
  const known = new Set(problems)
  return {
    ...key,
    books: books.length,
    addresses: (now ?? []).reduce((sum, one) => sum + one.addresses, 0),
    problems,
    since: differencesIn(now ?? []).filter((one) => !known.has(one)),
  }
}

type BookReconciliation = Reconciliation & Readonly<{ book: Book }>

/** Absent when the chain has another block where the books have theirs. */
async function reconcileAll(
  ctx: ProveCtx,
  { chain }: WatchKey,
  books: readonly Book[],
): Promise<readonly BookReconciliation[] | undefined> {
  const all: BookReconciliation[] = []
  try {
    for (const book of books) all.push({ book, ...(await reconcile(ctx, book, chain)) })
  } catch (error) {
    if (isError(error, 'custody.chain_moved_on')) return undefined
    throw error
  }
  return all
}

function differencesIn(all: readonly BookReconciliation[]): readonly string[] {
  return all.flatMap(({ book, assets }) =>
    assets
      .filter((one) => one.difference !== 0n)
      .map(({ asset, onChain, difference }) => {
        const { code, decimals } = knownAsset(asset)
        const text = (value: bigint): string => signed(value, decimals)
        const held = text(onChain - difference)
        return `${book.bookId}: the books hold ${held} ${code}, the chain ${text(onChain)}`
      }),
  )
}

const signed = (value: bigint, decimals: number): string =>
  `${value < 0n ? '-' : ''}${formatUnits(units(value < 0n ? -value : value), decimals)}`

/** Reads the recorded blocks once more, to the chain's tip. @returns what is not there any more */
async function readAgain(ctx: ProveCtx, key: WatchKey): Promise<readonly string[]> {
  const oldest = await oldestBlock(ctx.db, key)
  if (oldest === undefined) return ['no block is recorded']
  const found = await chainOf(ctx, key)
  const there = await found?.adapter.blockAt(oldest.height)
  if (there?.hash !== oldest.hash) {
    return [`the chain has another block ${oldest.height} than the books: it is another chain`]
  }
  await rescanChain(ctx, key, oldest.height)
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const look = await watchChain(ctx, key)
    if (look === 'at tip') break
    const watch = await readWatch(ctx.db, key)
    if (look !== 'behind' || watch?.problem !== undefined) {
      return [`it cannot be read: ${watch?.problem ?? look}`]
    }
  }
  const lost = await listNotFound(ctx.db, key, NAMED_MAX)
  const job = bookDepositJob(ctx)
  while ((await runDueOnce(ctx, job)) > 0);
  return lost.map((one) => `${one.deposit_id} is in no block: ${one.tx_hash}`)
}
