import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { canonicalJson } from './canonical-json.ts'
import type { PostRefusal } from './result.ts'
import type { Entry, Facts, Movement, Transfer } from './transfer.ts'

/** An entry that was found well-formed, with its facts in their canonical text. */
export type PreparedEntry = Readonly<{
  bookId: BookId
  operation: string
  externalId: string
  factsText: string
  transfers: readonly Transfer[]
  effectiveAt: Instant | undefined
}>

/** Most units of one transfer, and most that any sum in an account may reach, below 10^78. */
export const UNITS_LIMIT = 10n ** 78n

/** Most transfers of one entry. */
export const TRANSFERS_MAX = 200

const EXTERNAL_ID_LENGTH_MAX = 200
const ACCOUNT_ID_LENGTH_MAX = 300
const FACTS_LENGTH_MAX = 16_384
const INSTANT_MAX = Date.UTC(9999, 11, 31)
const OPERATION = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/
// Anything printable; PostgreSQL's text has no place for NUL, and nobody needs the other controls.
const EXTERNAL_ID = /^[^\p{Cc}\p{Cs}]+$/u

/** Checks all of an entry that can be checked without the books. */
export function prepareEntry(bookId: BookId, entry: Entry): PreparedEntry | PostRefusal {
  const { operation, externalId, transfers } = entry
  if (!OPERATION.test(operation)) return invalid('the operation is no name')
  if (!EXTERNAL_ID.test(externalId) || externalId.length > EXTERNAL_ID_LENGTH_MAX) {
    return invalid(`the external id is not 1 to ${EXTERNAL_ID_LENGTH_MAX} printable characters`)
  }
  if (transfers.length === 0 || transfers.length > TRANSFERS_MAX) {
    return invalid(`${transfers.length} transfers; 1 to ${TRANSFERS_MAX} make an entry`)
  }
  if (!isInstant(entry.effectiveAt ?? 0)) {
    return invalid('effectiveAt is no whole number of milliseconds from 1970 to 9999')
  }
  const factsText = textOf(entry.facts)
  if (factsText === undefined) return invalid('the facts are no JSON, or too long')
  for (const [index, transfer] of transfers.entries()) {
    const problem = transferProblem(transfer, index)
    if (problem !== undefined) return problem
  }
  return { bookId, operation, externalId, factsText, transfers, effectiveAt: entry.effectiveAt }
}

const isInstant = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= INSTANT_MAX

const invalid = (problem: string): PostRefusal => ({ kind: 'invalid', problem })

function textOf(facts: Facts): string | undefined {
  try {
    const text = canonicalJson(facts)
    // jsonb and text of PostgreSQL cannot hold NUL, not even escaped.
    return text.length <= FACTS_LENGTH_MAX && !text.includes('\\u0000') ? text : undefined
  } catch {
    return undefined
  }
}

function transferProblem(transfer: Transfer, index: number): PostRefusal | undefined {
  if (transfer.kind === 'void') return undefined
  if (transfer.kind === 'post') {
    return transfer.units === undefined ? undefined : unitsProblem(transfer.units, index)
  }
  return movementProblem(transfer, index)
}

const unitsProblem = (amount: Units, index: number): PostRefusal | undefined =>
  amount > 0n && amount < UNITS_LIMIT
    ? undefined
    : invalid(`transfer ${index} moves ${amount} units; 1 to 10^78 - 1 can be moved`)

function movementProblem(transfer: Movement, index: number): PostRefusal | undefined {
  const { debit, credit, asset } = transfer
  for (const { accountId, asset: ownAsset } of [debit, credit]) {
    if (accountId.length > ACCOUNT_ID_LENGTH_MAX) return invalid(`transfer ${index}: long account`)
    if (!sameAsset(ownAsset, asset)) {
      return { kind: 'asset_mismatch', transfer: index, account: accountId }
    }
  }
  if (debit.accountId === credit.accountId) {
    return invalid(`transfer ${index} debits and credits ${debit.accountId}`)
  }
  return unitsProblem(transfer.units, index)
}

const sameAsset = (one: AssetId, other: AssetId): boolean => one === other
