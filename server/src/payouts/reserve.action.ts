import { AppError } from '../errors/app-error.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { payoutReserved, type PayoutHold } from '../ledger/payout-operations.ts'
import { requirePosted } from '../ledger/result.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import type { Draft } from './draft-payouts.ts'

/**
 * Holds the money of payouts, in the dbTx in which they begin: all or nothing. The accounts stay
 * locked until that ends, so this comes last.
 *
 * @throws ledger.insufficient_balance with what is available of the asset that is short
 */
export async function reserve(
  ctx: Readonly<{ ledger: Ledger }>,
  dbTx: DbTx,
  { book, drafts }: Readonly<{ book: Book; drafts: readonly Draft[] }>,
): Promise<void> {
  const parts = [...Map.groupBy(drafts, ({ payout }) => payout.hold.externalId).values()]
  const entries = parts.map((part) => payoutReserved(holderOf(part), holdsOf(part)))
  const results = await Promise.all(
    entries.map((entry) => ctx.ledger.postTogether(dbTx, book.bookId, entry)),
  )
  let before: readonly PayoutHold[] = []
  for (const [place, result] of results.entries()) {
    const holds = holdsOf(parts[place] ?? [])
    if (result.kind === 'insufficient_balance') {
      const { transfer, available } = result
      const earlier = [...before, ...holds.slice(0, transfer)]
      throw tooLittle(holdsOf(drafts), { short: holds[transfer], earlier, available })
    }
    requirePosted(entries[place]?.externalId ?? '', result)
    before = [...before, ...holds]
  }
}

const holdsOf = (drafts: readonly Draft[]): readonly PayoutHold[] => drafts.map((one) => one.hold)

/** What an entry's holds are named after. */
function holderOf(part: readonly Draft[]): string {
  const name = part[0]?.payout.hold.externalId ?? ''
  const [, id] = /^payout:(.+):reserved$/.exec(name) ?? []
  if (id === undefined) throw new Error(`${name} is the name of no hold`)
  return id
}

type Shortage = Readonly<{
  short: PayoutHold | undefined
  /** Holds that were taken before it. */
  earlier: readonly PayoutHold[]
  /** What those left. */
  available: Units
}>

function tooLittle(all: readonly PayoutHold[], { short, earlier, available }: Shortage): AppError {
  if (short === undefined) throw new Error('a refusal names a transfer of its entry')
  const { decimals, currency, network } = knownAsset(short.asset)
  const sum = (holds: readonly PayoutHold[]): bigint =>
    holds.filter((one) => isSameSource(one, short)).reduce((total, one) => total + one.units, 0n)
  const text = (value: bigint): string => formatUnits(units(value), decimals)
  return new AppError('ledger.insufficient_balance', {
    account: `${WHOSE[short.source.purpose]} in ${currency} on ${network}`,
    available: text(available + sum(earlier)),
    wanted: text(sum(all)),
  })
}

const isSameSource = (one: PayoutHold, other: PayoutHold): boolean =>
  one.asset === other.asset &&
  one.source.purpose === other.source.purpose &&
  one.source.owner === other.source.owner

const WHOSE = {
  'merchant.available': 'Your balance',
  'customer.wallet': 'The wallet',
  'refunds.payable': 'What is owed to payers',
} as const satisfies Record<PayoutHold['source']['purpose'], string>
