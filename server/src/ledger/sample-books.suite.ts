import fc from 'fast-check'
import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import { manualClock, type ManualClock } from '../shell/clock.ts'
import type { Db } from '../shell/db.ts'
import { createIds, type Ids } from '../shell/ids.ts'
import { createLog, type Log } from '../shell/log.ts'
import { account } from './chart.ts'
import type { AccountSpec, Entry, Transfer } from './transfer.ts'

// What the tests of the ledger share: a context, a few accounts, and any entry over them.

/** Two assets; nothing but their names matters here. */
export const BNB = 'eip155:56/slip44:714' as AssetId
export const BTC = 'bip122:000000000019d6689c085ae165831e93/slip44:0' as AssetId

/** What the ledger asks of the shell, on a clock that stands until it is advanced. */
export type BooksCtx = Readonly<{ db: Db; clock: ManualClock; ids: Ids; log: Log }>

/** A context over a test's database. */
export function booksCtx(db: Db): BooksCtx {
  const clock = manualClock(Date.UTC(2026, 10, 20))
  return { db, clock, ids: createIds(clock), log: createLog('silent') }
}

/** A book id that no other run of a property has. */
export const newBook = (ctx: Pick<BooksCtx, 'ids'>): BookId => ctx.ids.next('book') as BookId

/** Accounts of both kinds in two assets, one that may be overdrawn among them. */
export const sampleAccounts: readonly AccountSpec[] = [BNB, BTC].flatMap((asset) => [
  account('custody', asset),
  account('merchant.available', asset),
  account('customer.wallet', asset, 'wal_1'),
  account('customer.wallet', asset, 'wal_2'),
  account('rounding', asset),
])

/** One thing asked of the ledger, as a property makes it up. */
export type Command =
  | Readonly<{ kind: 'move' | 'hold'; legs: readonly Leg[] }>
  /** Ends a hold that an earlier command made: its number, counted around. */
  | Readonly<{ kind: 'post' | 'void'; hold: number; amount: bigint | undefined }>
  /** Asks an earlier command again, with the same or other content. */
  | Readonly<{ kind: 'again'; command: number; differently: boolean }>
  | Readonly<{ kind: 'reverse'; command: number }>

type Leg = Readonly<{ debit: number; credit: number; bitcoin: boolean; amount: bigint }>

const anyLeg: fc.Arbitrary<Leg> = fc
  .record({
    debit: fc.nat(4),
    // Never the debit account itself: that is refused before anything is asked of the books.
    step: fc.integer({ min: 1, max: 4 }),
    bitcoin: fc.boolean(),
    amount: fc.oneof(fc.bigInt(1n, 12n), fc.constant(10n ** 77n)),
  })
  .map(({ debit, step, ...rest }) => ({ debit, credit: (debit + step) % 5, ...rest }))

const anyLegs = fc.array(anyLeg, { minLength: 1, maxLength: 3 })

/** Any command; moves are the commonest. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('move'), legs: anyLegs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hold'), legs: anyLegs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('post', 'void'),
      hold: fc.nat(20),
      amount: fc.option(fc.bigInt(1n, 12n), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('again'),
      command: fc.nat(20),
      differently: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reverse'), command: fc.nat(20) }) },
)

/** The entries that commands stand for; what refers to nothing becomes an unknown hold. */
export function entriesOf(commands: readonly Command[]): readonly Entry[] {
  const entries: Entry[] = []
  for (const [index, command] of commands.entries()) {
    entries.push(entryOf(command, index, entries))
  }
  return entries
}

function entryOf(command: Command, index: number, before: readonly Entry[]): Entry {
  const facts = { object: `obj_${index % 3}`, index }
  const base = { operation: command.kind, externalId: `entry:${index}`, facts }
  switch (command.kind) {
    case 'move':
    case 'hold':
      return { ...base, transfers: command.legs.map((leg) => transferOf(leg, command.kind)) }
    case 'post':
    case 'void':
      return { ...base, transfers: [endOf(command, before)] }
    case 'again': {
      const again = before[command.command % Math.max(1, before.length)]
      if (again === undefined) return { ...base, transfers: [unknownHold] }
      return command.differently ? { ...again, facts: { ...again.facts, other: true } } : again
    }
    case 'reverse': {
      const entry = before[command.command % Math.max(1, before.length)]
      const isMove = entry?.transfers.every((one) => one.kind === undefined) === true
      return isMove ? reversed(entry) : { ...base, transfers: [unknownHold] }
    }
  }
}

// Written out here, so that a wrong `reverse` is not proved by itself.
const reversed = (entry: Entry): Entry => ({
  operation: 'reversal',
  externalId: `${entry.externalId}:reversal`,
  facts: { ...entry.facts, reverses: entry.externalId },
  transfers: entry.transfers
    .map((one) => ('debit' in one ? { ...one, debit: one.credit, credit: one.debit } : one))
    .reverse(),
})

const unknownHold: Transfer = { kind: 'void', pending: { externalId: 'nobody', transfer: 0 } }

function transferOf(leg: Leg, kind: 'move' | 'hold'): Transfer {
  const [debit, credit] = [leg.debit, leg.credit].map(
    (index) => sampleAccounts[index + (leg.bitcoin ? 5 : 0)],
  )
  if (debit === undefined || credit === undefined) throw new Error('there are ten accounts')
  const movement = { debit, credit, asset: debit.asset, units: units(leg.amount) }
  return kind === 'hold' ? { ...movement, kind: 'pending' } : movement
}

function endOf(
  command: Extract<Command, { kind: 'post' | 'void' }>,
  before: readonly Entry[],
): Transfer {
  const holds = before.filter((entry) => entry.operation === 'hold')
  const hold = holds[command.hold % Math.max(1, holds.length)]
  if (hold === undefined) return unknownHold
  const transfer = command.hold % hold.transfers.length
  const pending = { externalId: hold.externalId, transfer }
  if (command.kind === 'void') return { kind: 'void', pending }
  const { amount } = command
  return { kind: 'post', pending, ...(amount === undefined ? {} : { units: units(amount) }) }
}
