import type { Instant } from '../shell/clock.ts'
import { sqlState, type Db } from '../shell/db.ts'
import type { Item } from './decide.ts'
import { addToDraft, emptyDraft, type Draft, type Hold } from './draft.ts'
import { findHolds, openAccounts } from './journal.store.ts'
import { holdKey, holdsEndedBy, resolveTransfers } from './resolve.ts'
import type { PostResult } from './result.ts'
import { writeUnchecked } from './write-draft.store.ts'

/** Accounts that this process knows to exist; they are never deleted, so it cannot be wrong. */
export type KnownAccounts = Set<string>

const KNOWN_MAX = 200_000

/**
 * Writes a batch on the assumption that every entry is new and affordable: one statement, which is
 * its own transaction. `surprised` means that nothing was written and the exact writer must look.
 */
export async function writeFast(
  ctx: Readonly<{ db: Db; known: KnownAccounts }>,
  items: readonly Item[],
  now: Instant,
): Promise<readonly PostResult[] | 'surprised'> {
  const refs = items.flatMap(({ prepared }) => holdsEndedBy(prepared))
  const draft = draftUnchecked(items, await findHolds(ctx.db, refs), now)
  if (draft === undefined) return 'surprised'
  await openUnknown(ctx, draft)
  try {
    await writeUnchecked(ctx.db, draft)
  } catch (error) {
    if (isSurprise(error)) return 'surprised'
    throw error
  }
  return items.map(({ entryId }) => ({ kind: 'posted', entryId }))
}

function draftUnchecked(
  items: readonly Item[],
  holds: ReadonlyMap<string, Hold>,
  now: Instant,
): Draft | undefined {
  const draft = emptyDraft(now)
  for (const { prepared, entryId } of items) {
    const transfers = resolveTransfers(prepared, holds)
    if ('kind' in transfers) return undefined
    if (holdsEndedBy(prepared).some((one) => holds.get(holdKey(one))?.ended)) return undefined
    addToDraft(draft, { entryId, prepared, effectiveAt: prepared.effectiveAt ?? now }, transfers)
  }
  return draft
}

async function openUnknown(
  ctx: Readonly<{ db: Db; known: KnownAccounts }>,
  draft: Draft,
): Promise<void> {
  const unknown = [...draft.accounts.keys()].filter((key) => !ctx.known.has(key))
  if (unknown.length === 0) return
  const refs = unknown.flatMap((key) => draft.accounts.get(key)?.account ?? [])
  await openAccounts(ctx.db, refs)
  if (ctx.known.size > KNOWN_MAX) ctx.known.clear()
  for (const key of unknown) ctx.known.add(key)
}

// A taken id or ended hold, an overdraft, an account that is not open or of another asset, a sum
// that does not fit, and what other writers can cause. Everything else is no surprise but an error.
const SURPRISES = new Set(['23505', '23514', '23502', '22003', '40001', '40P01'])

const isSurprise = (error: unknown): boolean => SURPRISES.has(sqlState(error) ?? '')
