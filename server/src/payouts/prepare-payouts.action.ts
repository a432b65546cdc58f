import type { Chains } from '../custody/chains.ts'
import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Batch } from './batch.ts'
import { findNamedBatch } from './batch.store.ts'
import { checkDestination } from './check-destination.ts'
import type { FeeQuoteCtx } from './fee-quote.action.ts'
import { oursAmong, refuseOurs, type OursAmong } from './own-destinations.action.ts'
import { quoteKey, quotesOf, type OrderQuotes } from './quote-order.action.ts'
import type { Payout } from './payout.ts'
import { batchContentOf, contentOf, readNames } from './payout-request.ts'
import type { Named, PayoutAsked, PayoutOrder } from './payout-request.ts'
import { findNamed } from './payout.store.ts'
import { termsOf, type PreparedPayout } from './prepared-payout.ts'

/** What preparing payouts needs. */
export type PrepareCtx = Pick<ShellCtx, 'db'> & FeeQuoteCtx & Readonly<{ chains: Chains }>

/** Payouts that may begin, or that began when the same was asked for before. */
export type PreparedOrder = Readonly<{ order: PayoutOrder; contentHash: Uint8Array }> &
  (
    | Readonly<{ kind: 'new'; payouts: readonly PreparedPayout[] }>
    | Readonly<{ kind: 'known_payout'; payout: Payout }>
    | Readonly<{ kind: 'known_batch'; batch: Batch }>
  )

/** What is wrong with one row; `index` from 0. */
export type RowProblem = Readonly<{ index: number; refusal: AppError }>

/** What came of looking at an order's rows: all of them are good, or which are not. */
export type Judged =
  | Readonly<{ kind: 'prepared'; prepared: PreparedOrder }>
  | Readonly<{ kind: 'refused'; problems: readonly RowProblem[] }>

/**
 * Looks at everything that can be wrong with payouts before anything is reserved, and fixes their
 * terms. Rows are judged all, not up to the first bad one.
 *
 * @throws rates.rate_unavailable, chain.unreachable and what else keeps quotes from being made
 * @throws payouts.external_id_reused for the order's own
 */
export async function judgeOrder(ctx: PrepareCtx, book: Book, order: PayoutOrder): Promise<Judged> {
  const rows = order.rows.map((asked, index) => readRow(order, asked, index))
  const named = rows.filter((row) => row.kind === 'named')
  const contentHash = contentHashOf(order, named)
  // Rows that cannot be read are in no hash: what is left of them must not pass for what was known.
  const known =
    named.length === rows.length ? await findKnown(ctx, book, { order, contentHash }) : undefined
  if (known !== undefined) {
    return { kind: 'prepared', prepared: { ...known, order, contentHash } }
  }
  const quotes = await quotesOf(ctx, book, named)
  const seen = await findSeen(ctx, book, { order, named })
  const judged = rows.map((row) => {
    if (row.kind === 'refused') return row
    return attempt(row.index, () => prepareRow(ctx.chains, book, { ...row, quotes, seen }))
  })
  const problems = judged.filter((one) => one.kind === 'refused')
  if (problems.length > 0) return { kind: 'refused', problems }
  const payouts = judged.flatMap((one) => (one.kind === 'done' ? [one.value] : []))
  return { kind: 'prepared', prepared: { kind: 'new', payouts, order, contentHash } }
}

type NamedRow = Readonly<{
  kind: 'named'
  index: number
  asked: PayoutAsked
  named: Named
  content: Buffer
}>
type RefusedRow = RowProblem & Readonly<{ kind: 'refused' }>

function readRow(order: PayoutOrder, asked: PayoutAsked, index: number): NamedRow | RefusedRow {
  const read = attempt(index, () => readNames(asked))
  if (read.kind === 'refused') return read
  const content = contentOf(order.kind, asked, read.value)
  return { kind: 'named', index, asked, named: read.value, content }
}

type Attempted<Value> = Readonly<{ kind: 'done'; value: Value }> | RefusedRow

function attempt<Value>(index: number, work: () => Value): Attempted<Value> {
  try {
    return { kind: 'done', value: work() }
  } catch (error) {
    if (error instanceof AppError) return { kind: 'refused', index, refusal: error }
    throw error
  }
}

const contentHashOf = ({ batch }: PayoutOrder, rows: readonly NamedRow[]): Buffer => {
  const contents = rows.map((row) => row.content)
  return batch === undefined
    ? (contents[0] ?? Buffer.alloc(0))
    : batchContentOf(batch.reference, contents)
}

type Asked = Readonly<{ order: PayoutOrder; contentHash: Uint8Array }>

/** What was begun under the order's own name. */
async function findKnown(
  { db }: PrepareCtx,
  { bookId }: Book,
  { order, contentHash }: Asked,
): Promise<
  | Readonly<{ kind: 'known_payout'; payout: Payout }>
  | Readonly<{ kind: 'known_batch'; batch: Batch }>
  | undefined
> {
  const externalId = ownName(order)
  if (externalId === undefined) return undefined
  if (order.batch !== undefined) {
    const known = await findNamedBatch(db, bookId, externalId)
    if (known === undefined) return undefined
    return { kind: 'known_batch', batch: sameOr(externalId, known, contentHash).batch }
  }
  const known = (await findNamed(db, bookId, [externalId])).get(externalId)
  if (known === undefined) return undefined
  return { kind: 'known_payout', payout: sameOr(externalId, known, contentHash).payout }
}

/** The caller's name for all that he asks for. */
export const ownName = ({ batch, rows }: PayoutOrder): string | undefined =>
  batch === undefined ? rows[0]?.externalId : batch.externalId

/** What has this name, if it is the same that is asked for. @throws payouts.external_id_reused */
export function sameOr<Known extends Readonly<{ contentHash: Uint8Array }>>(
  externalId: string,
  known: Known,
  contentHash: Uint8Array,
): Known {
  if (Buffer.compare(known.contentHash, contentHash) === 0) return known
  throw new AppError('payouts.external_id_reused', { externalId })
}

/** What is known of the rows' texts from the database. */
type Seen = Readonly<{
  ours: OursAmong
  /** Names that payouts have, or that stand in the batch before. */
  taken: ReadonlySet<string>
}>

async function findSeen(
  ctx: PrepareCtx,
  book: Book,
  { order, named }: Readonly<{ order: PayoutOrder; named: readonly NamedRow[] }>,
): Promise<Seen> {
  const ours = await oursAmong(ctx, book, named)
  if (order.batch === undefined) return { ours, taken: new Set() }
  const names = named.flatMap(({ asked }) => asked.externalId ?? [])
  const twice = [...Map.groupBy(names, (name) => name)].filter(([, own]) => own.length > 1)
  const known = await findNamed(ctx.db, book.bookId, names)
  return { ours, taken: new Set([...known.keys(), ...twice.map(([name]) => name)]) }
}

function prepareRow(
  chains: Chains,
  book: Book,
  row: NamedRow & Readonly<{ quotes: OrderQuotes; seen: Seen }>,
): PreparedPayout {
  const { asked, named, content, quotes, seen } = row
  const { asset, units } = named
  const { externalId } = asked
  if (externalId !== undefined && seen.taken.has(externalId)) {
    throw new AppError('payouts.external_id_reused', { externalId })
  }
  const { chain } = asset
  const adapter = chains.of(book, chain)?.adapter
  const quote = quotes.get(quoteKey(asset.id, asked.quoteId))
  if (adapter === undefined || quote === undefined) {
    throw new AppError('custody.cannot_send', { chain })
  }
  if (quote instanceof AppError) throw quote
  const destination = checkDestination(adapter, asset, asked.destination)
  refuseOurs(seen.ours, asset, destination)
  const terms = termsOf(asset, units, quote)
  return { asked, contentHash: content, asset, units, destination, ...terms }
}
