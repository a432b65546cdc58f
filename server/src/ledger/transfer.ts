import type { AssetId, Brand, Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'

/** An account of a book, such as `merchant.available/eip155:56/slip44:714`; `account()` makes it. */
export type AccountId = Brand<string, 'AccountId'>

/** An entry of a book, such as `entry_01K9…`. */
export type EntryId = Brand<string, 'EntryId'>

/** The two sides of every transfer: one account is debited, another is credited. */
export type Side = 'debit' | 'credit'

/**
 * How an account counts: `normal` is the side that raises its balance (custody grows by debits,
 * what we owe grows by credits); with overdraft `refused` the other side never exceeds it.
 */
export type AccountFlags = Readonly<{ normal: Side; overdraft: 'refused' | 'allowed' }>

/** All that the ledger needs to open an account, which it does on the account's first transfer. */
export type AccountSpec = Readonly<{
  accountId: AccountId
  /** What the account is for; the chart says which purposes there are. */
  purpose: string
  /** Whose it is, such as `wal_…`; absent for the accounts of which a book has one per asset. */
  owner: string | undefined
  asset: AssetId
  flags: AccountFlags
}>

/** A hold made earlier: the transfer with this number (from 0) of the entry with this external id. */
export type PendingRef = Readonly<{ externalId: string; transfer: number }>

/**
 * Moves `units` (> 0) of one asset from the debit to the credit account: balanced by construction.
 * With kind `pending` it holds them: the debit account cannot spend them, the credit account does
 * not have them yet.
 */
export type Movement = Readonly<{
  kind?: 'posted' | 'pending'
  debit: AccountSpec
  credit: AccountSpec
  asset: AssetId
  units: Units
}>

/**
 * Ends a hold, once: `post` moves what was held, or only `units` of it, and `void` moves nothing;
 * either way the rest is free again.
 */
export type HoldEnd =
  | Readonly<{ kind: 'post'; pending: PendingRef; units?: Units }>
  | Readonly<{ kind: 'void'; pending: PendingRef }>

/** One amount from a debit account to a credit account, at once or in two steps. */
export type Transfer = Movement | HoldEnd

/** A JSON value as JSON.parse gives it. Numbers are finite; amounts are texts. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | Readonly<{ [name: string]: JsonValue }>

/** What an entry rests on: chain, block, level …; `object` is the id of what it is about. */
export type Facts = Readonly<{ [name: string]: JsonValue }>

/** Transfers that stand or fall together; `operation` says what happened, `externalId` makes it once. */
export type Entry = Readonly<{
  operation: string
  /** Unique in the book for ever: the same id with the same content is the same entry. */
  externalId: string
  facts: Facts
  transfers: readonly Transfer[]
  /** When it happened, where that is not when it was booked. */
  effectiveAt?: Instant
}>
