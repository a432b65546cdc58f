import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import type { Payout, Requirement } from './payout.ts'

/** Payouts that were just written, with who asked for them. */
export type PayoutsToJudge = Readonly<{
  book: Book
  initiator: string
  payouts: readonly Payout[]
}>

/** What judging needs: codes are hashed and mailed, so it seals, and asks how mail is sent. */
export type RequireCtx = Pick<ShellCtx, 'ids' | 'clock' | 'sealer' | 'config'>

/**
 * What is required before each of these payouts is sent, by payout id; one that is absent needs
 * nothing. Called in the dbTx that creates them.
 */
export function judgePayouts(
  _ctx: RequireCtx,
  _dbTx: DbTx,
  _asked: PayoutsToJudge,
): Promise<ReadonlyMap<string, readonly Requirement[]>> {
  return Promise.resolve(new Map())
}
