import { units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import {
  accountKey,
  addToDraft,
  afterLine,
  emptyDraft,
  type Draft,
  type Hold,
  type ResolvedTransfer,
  type Sums,
} from './draft.ts'
import { UNITS_LIMIT, type PreparedEntry } from './prepared-entry.ts'
import { holdKey, resolveTransfers } from './resolve.ts'
import type { PostRefusal, PostResult } from './result.ts'
import type { AccountFlags, EntryId, Side } from './transfer.ts'

/** An entry that asks to be written, and the id that it gets if it is. */
export type Item = Readonly<{ prepared: PreparedEntry; entryId: EntryId }>

/** An account as it is now, its row locked. */
export type AccountState = Sums &
  Readonly<{ asset: string; flags: AccountFlags; state: 'open' | 'closing' | 'closed' }>

/** The entry that has an external id already; `content` as `contentOf` writes it. */
export type TakenId = Readonly<{ entryId: EntryId; content: string; effectiveAt: Instant }>

/** What the books say about everything that a batch touches. */
export type World = Readonly<{
  accounts: ReadonlyMap<string, AccountState>
  holds: ReadonlyMap<string, Hold>
  /** By `externalKey`. */
  entries: ReadonlyMap<string, TakenId>
}>

/** The key of an entry among those that a batch names. */
export const externalKey = (entry: Pick<PreparedEntry, 'bookId' | 'externalId'>): string =>
  `${entry.bookId} ${entry.externalId}`

/**
 * Walks a batch in order and gives each entry its own answer; those that are written see what the
 * ones before them did. External ids, and the holds that are ended, differ within the batch.
 */
export function decide(
  world: World,
  items: readonly Item[],
  now: Instant,
): Readonly<{ results: readonly PostResult[]; draft: Draft }> {
  const draft = emptyDraft(now)
  const accounts = new Map(world.accounts)
  const results = items.map((item) => decideOne({ ...world, accounts }, item, draft))
  return { results, draft }
}

type WorkingWorld = World & Readonly<{ accounts: Map<string, AccountState> }>

function decideOne(world: WorkingWorld, item: Item, draft: Draft): PostResult {
  const { prepared, entryId } = item
  const transfers = resolveTransfers(prepared, world.holds)
  const booked = world.entries.get(externalKey(prepared))
  if (booked !== undefined) {
    const same = !('kind' in transfers) && isSame(booked, prepared, transfers)
    return { kind: same ? 'exists' : 'exists_different', entryId: booked.entryId }
  }
  if ('kind' in transfers) return transfers
  const ended = endedBefore(world, prepared)
  if (ended !== undefined) return ended
  const after = new Map<string, AccountState>()
  for (const [index, transfer] of transfers.entries()) {
    const refusal = applyTransfer({ world, after }, transfer, index)
    if (refusal !== undefined) return refusal
  }
  for (const [key, account] of after) world.accounts.set(key, account)
  const effectiveAt = prepared.effectiveAt ?? draft.now
  addToDraft(draft, { entryId, prepared, effectiveAt }, transfers)
  return { kind: 'posted', entryId }
}

function endedBefore(world: World, entry: PreparedEntry): PostRefusal | undefined {
  const seen = new Set<string>()
  for (const [index, transfer] of entry.transfers.entries()) {
    if (transfer.kind !== 'post' && transfer.kind !== 'void') continue
    const key = holdKey({ bookId: entry.bookId, pending: transfer.pending })
    if (world.holds.get(key)?.ended === true || seen.has(key)) {
      return { kind: 'pending_ended', transfer: index }
    }
    seen.add(key)
  }
  return undefined
}

type Trial = Readonly<{ world: WorkingWorld; after: Map<string, AccountState> }>

function applyTransfer(
  trial: Trial,
  transfer: ResolvedTransfer,
  index: number,
): PostRefusal | undefined {
  for (const side of ['debit', 'credit'] as const) {
    const ref = transfer[side]
    const key = accountKey(ref)
    const before = trial.after.get(key) ?? trial.world.accounts.get(key)
    if (before === undefined) throw new Error(`the account ${ref.accountId} was not locked`)
    if (before.asset !== ref.asset) {
      return { kind: 'asset_mismatch', transfer: index, account: ref.accountId }
    }
    if (isShut(before, side, transfer)) {
      return { kind: 'account_closed', transfer: index, account: ref.accountId }
    }
    const after = { ...before, ...afterLine(before, side, transfer) }
    const available = availableIn(before)
    if (before.flags.overdraft === 'refused' && availableIn(after) < 0n) {
      const wanted = transfer.units
      return {
        kind: 'insufficient_balance',
        transfer: index,
        account: ref.accountId,
        available: units(available),
        wanted,
      }
    }
    if (isTooLarge(after)) return { kind: 'invalid', problem: `${ref.accountId} would overflow` }
    trial.after.set(key, after)
  }
  return undefined
}

/** What may leave the account on the side that lowers it. */
export const availableIn = (account: Sums & Readonly<{ flags: AccountFlags }>): bigint =>
  account.flags.normal === 'credit'
    ? account.posted - account.pendingDebits
    : -account.posted - account.pendingCredits

/** A closing account takes nothing in; what was held before may still end. */
function isShut(account: AccountState, side: Side, transfer: ResolvedTransfer): boolean {
  if (account.state === 'open') return false
  if (account.state === 'closed') return true
  return transfer.hold === undefined && side === account.flags.normal
}

const isTooLarge = (sums: Sums): boolean =>
  [sums.posted, -sums.posted, sums.pendingDebits, sums.pendingCredits].some(
    (sum) => sum >= UNITS_LIMIT,
  )

function isSame(
  booked: TakenId,
  entry: PreparedEntry,
  transfers: readonly ResolvedTransfer[],
): boolean {
  const content = contentOf(entry.operation, entry.factsText, transfers.map(transferContent))
  // Without a time of its own an entry was effective when it was booked, whenever that was.
  const sameTime = entry.effectiveAt === undefined || entry.effectiveAt === booked.effectiveAt
  return content === booked.content && sameTime
}

/** What of a transfer makes it the same transfer. */
export type TransferContent = readonly (string | number | null)[]

const transferContent = (one: ResolvedTransfer): TransferContent => [
  one.kind,
  one.debit.accountId,
  one.credit.accountId,
  one.debit.asset,
  String(one.units),
  one.hold?.entryId ?? null,
  one.hold?.transfer ?? null,
]

/** All of an entry that makes it the same entry, but its time, as one text. */
export const contentOf = (
  operation: string,
  factsText: string,
  transfers: readonly TransferContent[],
): string => JSON.stringify([operation, factsText, transfers])
