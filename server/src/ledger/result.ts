import { AppError } from '../errors/app-error.ts'
import type { Units } from '../money/units.ts'
import type { AccountId, EntryId } from './transfer.ts'

/** Why an entry was not written. `transfer` counts from 0 and names the one that did not fit. */
export type PostRefusal =
  /** The external id is taken by an entry with other content. */
  | Readonly<{ kind: 'exists_different'; entryId: EntryId }>
  | Readonly<{
      kind: 'insufficient_balance'
      transfer: number
      account: AccountId
      available: Units
      wanted: Units
    }>
  /** The account is closed, or closing and would take something in. */
  | Readonly<{ kind: 'account_closed'; transfer: number; account: AccountId }>
  | Readonly<{ kind: 'asset_mismatch'; transfer: number; account: AccountId }>
  /** No hold has this name. */
  | Readonly<{ kind: 'pending_unknown'; transfer: number }>
  /** The hold was posted or voided before. */
  | Readonly<{ kind: 'pending_ended'; transfer: number }>
  /** More was to be posted than is held. */
  | Readonly<{ kind: 'pending_exceeded'; transfer: number; held: Units; wanted: Units }>
  /** The entry is malformed: a bug of the caller. */
  | Readonly<{ kind: 'invalid'; problem: string }>

/** What became of an entry. `exists`: it was written before, with the same content. */
export type PostResult =
  | Readonly<{ kind: 'posted'; entryId: EntryId }>
  | Readonly<{ kind: 'exists'; entryId: EntryId }>
  | PostRefusal

/**
 * The entry's id, where the caller knows no other good outcome than that the entry stands.
 *
 * @throws ledger.insufficient_balance, ledger.account_closed, ledger.entry_differs,
 *   ledger.hold_ended, ledger.hold_exceeded; a malformed entry is a bug and crashes
 */
export function requirePosted(externalId: string, result: PostResult): EntryId {
  switch (result.kind) {
    case 'posted':
    case 'exists':
      return result.entryId
    case 'insufficient_balance':
      throw new AppError('ledger.insufficient_balance', {
        account: `The account ${result.account}`,
        available: `${result.available} units`,
        wanted: `${result.wanted}`,
      })
    case 'account_closed':
      throw new AppError('ledger.account_closed', { account: result.account })
    case 'exists_different':
      throw new AppError('ledger.entry_differs', { externalId })
    case 'pending_ended':
      throw new AppError('ledger.hold_ended', { externalId })
    case 'pending_exceeded':
      throw new AppError('ledger.hold_exceeded', { externalId })
    case 'pending_unknown':
    case 'asset_mismatch':
      throw new Error(`entry ${externalId}: ${result.kind} at transfer ${result.transfer}`)
    case 'invalid':
      throw new Error(`entry ${externalId} is invalid: ${result.problem}`)
  }
}
