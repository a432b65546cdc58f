import assert from 'node:assert/strict'
import { account } from '../ledger/chart.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  depositFinal,
  depositReverted,
  depositSeen,
  finalDepositReverted,
  type Allocation,
  type DepositFacts,
} from '../ledger/operations.ts'
import { lockDepositAccounts } from '../ledger/lock-deposit-accounts.action.ts'
import { lockAvailable } from '../ledger/read-balances.action.ts'
import { requirePosted } from '../ledger/result.ts'
import type { Entry } from '../ledger/transfer.ts'
import { units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { readBook } from './book.store.ts'
import type { Chains } from './chains.ts'
import { parkDeposit } from './deposit-doubt.store.ts'
import {
  depositOf,
  lockDeposit,
  settleDeposit,
  updateBooked,
  type DepositKey,
  type DepositRecord,
} from './deposit.store.ts'
import { CHANGES_MAX, nextStanding, type DepositHandlers, type Standing } from './deposit.ts'
import { judgeCrediting } from './judge-crediting.action.ts'
import { seekAgreement, type AgreementCtx, type Doubt } from './seek-agreement.action.ts'

/** What booking deposits needs. */
export type BookDepositCtx = AgreementCtx &
  Readonly<{ ledger: Pick<Ledger, 'postInDbTx'>; chains: Chains; handlers: DepositHandlers }>

/**
 * Books a deposit up to what the chain shows of it: one change after the other, each told to the
 * owner and entered in the ledger, all in one dbTx under the deposit's lock. Running it again, or
 * twice at once, changes nothing.
 *
 * Where two nodes have to agree before it is credited, they are asked between two such dbTx.
 */
export async function bookDeposit(ctx: BookDepositCtx, key: DepositKey): Promise<void> {
  const doubt = await bookUp(ctx, key, 'nobody was asked')
  if (doubt === undefined) return
  await seekAgreement(ctx, doubt)
  await bookUp(ctx, key, 'nodes were asked')
}

/**
 * @param asked as long as nobody was, it leaves a deposit alone that nodes must be asked about:
 *   most of them are credited then, without a stop on the way
 * @returns what they must be asked
 */
function bookUp(
  ctx: BookDepositCtx,
  key: DepositKey,
  asked: 'nobody was asked' | 'nodes were asked',
): Promise<Doubt | undefined> {
  return inDbTx(ctx, async (dbTx) => {
    let deposit = await lockDeposit(dbTx, key)
    const book = await readBook(dbTx, key.book_id)
    const { crediting, doubt, halt } = await judgeCrediting(ctx, dbTx, { book, key, deposit })
    if (doubt !== undefined && asked === 'nobody was asked') return doubt
    for (let changes = 0; ; changes += 1) {
      const next = nextStanding(deposit, deposit.observed, crediting)
      if (next === undefined) break
      assert(changes < CHANGES_MAX, `deposit ${key.deposit_id} does not come to rest`)
      deposit = await change(ctx, dbTx, { book, deposit, next })
    }
    if (halt !== undefined) await parkDeposit(dbTx, key, halt)
    // With a doubt it stays due, for when the nodes are asked again.
    else if (doubt === undefined) await settleDeposit(dbTx, key)
    return doubt
  })
}

type Change = Readonly<{ book: Book; deposit: DepositRecord; next: Standing }>

async function change(
  ctx: BookDepositCtx,
  dbTx: DbTx,
  { book, deposit, next }: Change,
): Promise<DepositRecord> {
  const { level, block } = next
  assert(level !== undefined, 'a change leads to a level')
  const told = depositOf({ ...deposit, block }, level)
  const answer = await ctx.handlers[deposit.owner.kind](dbTx, book, {
    before: deposit.level,
    deposit: told,
  })
  const comesIn = block !== undefined && deposit.block === undefined
  const sighting = comesIn ? deposit.sighting + 1 : deposit.sighting
  const allocations = level === 'final' ? allotted(deposit, answer) : undefined
  const after: DepositRecord = { ...deposit, level, block, sighting, allocations }
  await updateBooked(dbTx, after)
  // The ledger comes last: its accounts stay locked until this dbTx ends.
  if ((block === undefined) !== (deposit.block === undefined) || allocations !== undefined) {
    await lockAccounts(dbTx, deposit, [...answer, ...(deposit.allocations ?? [])])
  }
  for (const entry of await entriesOf(dbTx, { before: deposit, after, answer })) {
    const result = await ctx.ledger.postInDbTx(dbTx, book.bookId, entry)
    requirePosted(entry.externalId, result)
  }
  return after
}

/** What this deposit's entries may touch, before the first of them. */
function lockAccounts(
  dbTx: DbTx,
  { bookId, asset }: DepositRecord,
  parts: readonly Allocation[],
): Promise<void> {
  const more = parts.map((part) => account(part.purpose, asset, part.owner))
  return lockDepositAccounts(dbTx, bookId, { assets: [asset], more })
}

type Booking = Readonly<{
  before: DepositRecord
  after: DepositRecord
  answer: readonly Allocation[]
}>

async function entriesOf(dbTx: DbTx, booking: Booking): Promise<readonly Entry[]> {
  const { before, after } = booking
  if (after.block === undefined) {
    return before.block === undefined ? [] : [await reversal(dbTx, booking)]
  }
  const facts = factsOf(after)
  const seen = before.block === undefined ? [depositSeen(facts)] : []
  return after.allocations === undefined ? seen : [...seen, depositFinal(facts, after.allocations)]
}

async function reversal(dbTx: DbTx, { before, answer }: Booking): Promise<Entry> {
  const facts = factsOf(before)
  if (before.allocations === undefined) return depositReverted(facts)
  const parts = allotted(before, answer.length === 0 ? before.allocations : answer)
  const accounts = parts.map((part) => account(part.purpose, before.asset, part.owner))
  const available = await lockAvailable(dbTx, before.bookId, accounts)
  return finalDepositReverted(
    facts,
    parts.map((part, place) => {
      const id = accounts[place]?.accountId
      return { ...part, available: (id && available.get(id)) ?? units(0n) }
    }),
  )
}

/** The owner's answer, which must name a place for every unit. */
function allotted(deposit: DepositRecord, answer: readonly Allocation[]): readonly Allocation[] {
  const sum = answer.reduce((total, one) => total + one.units, 0n)
  const isWhole = sum === deposit.units && answer.every((one) => one.units > 0n)
  assert(isWhole, `${sum} of ${deposit.units} units of ${deposit.depositId} were given a place`)
  return answer
}

function factsOf(deposit: DepositRecord): DepositFacts {
  const { block } = deposit
  assert(block !== undefined, 'what is booked rests on a block')
  return {
    depositId: deposit.depositId,
    sighting: deposit.sighting,
    asset: deposit.asset,
    units: deposit.units,
    chain: deposit.chain,
    txHash: deposit.txHash,
    index: deposit.index,
    block,
  }
}
