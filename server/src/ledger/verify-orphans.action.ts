import type { Queryable } from '../shell/db.ts'
import { badAccount, badEntry, badLine, badTransfer, type Finding } from './finding.ts'
import {
  firstForgottenEntry,
  firstUnprovedState,
  firstStrayLine,
  firstStrayTransfer,
  type StrayLine,
} from './verify-orphans.store.ts'
import { lineName, transferName } from './verify-transfer.ts'

/** The first row that belongs to nothing: a transfer without its entry, a line without its transfer. */
export async function verifyOrphans(db: Queryable): Promise<Finding | undefined> {
  const transfer = await firstStrayTransfer(db)
  if (transfer !== undefined) {
    const { bookId, entryId } = transfer
    return transfer.lineAgrees
      ? badEntry(bookId, entryId, `it is not there: ${transferName(transfer)} names it`)
      : badTransfer(bookId, transfer, `its lines name another entry, and ${entryId} is not there`)
  }
  const line = await firstStrayLine(db)
  return line === undefined ? undefined : blameStrayLine(line)
}

/** The first entry that no seal covers, or account whose state no entry says. */
export async function verifyForgotten(db: Queryable): Promise<Finding | undefined> {
  const entry = await firstForgottenEntry(db)
  if (entry !== undefined) {
    return badEntry(entry.bookId, entry.entryId, 'it is neither sealed nor waiting for it')
  }
  const state = await firstUnprovedState(db)
  if (state === undefined) return undefined
  const differs = `its state is ${state.state}, the entries say ${state.said}`
  return badAccount(state.bookId, state.accountId, differs)
}

function blameStrayLine(line: StrayLine): Finding {
  const { bookId } = line
  const isMissing = !line.hasTransfer && !line.isPointedAt
  if (isMissing) {
    return badTransfer(bookId, line, `it is not there: ${lineName(line)} names it`)
  }
  const differs = `${lineName(line)} names ${transferName(line)}, which points elsewhere`
  const isTransfer = line.hasTransfer && !line.isPointedAt && line.isInPlace
  return isTransfer ? badTransfer(bookId, line, differs) : badLine(bookId, line, differs)
}
