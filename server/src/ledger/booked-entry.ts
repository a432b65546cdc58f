import type { AssetId, Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import type { AccountSpec, EntryId, Facts } from './transfer.ts'

/** A transfer as it stands in the books. */
export type BookedTransfer = Readonly<{
  kind: 'posted' | 'pending' | 'post' | 'void'
  debit: AccountSpec
  credit: AccountSpec
  asset: AssetId
  /** What was moved or held; for `void`, what was freed. */
  units: Units
  /** The hold that `post` and `void` ended. */
  ends: Readonly<{ entryId: EntryId; transfer: number }> | undefined
}>

/** An entry as it stands in the books. */
export type BookedEntry = Readonly<{
  entryId: EntryId
  externalId: string
  operation: string
  facts: Facts
  transfers: readonly BookedTransfer[]
  effectiveAt: Instant
  createdAt: Instant
}>
