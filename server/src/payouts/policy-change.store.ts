import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { PolicyChange, PolicyChangeState } from './policy-change.ts'
import { policyText } from './policy-text.ts'
import { storedPolicy } from './policy.store.ts'

/** The key of a change. */
export type PolicyChangeKey = Readonly<{ book_id: BookId; change_id: string }>

type Row = Readonly<{
  change_id: string
  rules: string
  proposed_by: string
  approvers: number
  state: PolicyChangeState
  problem: string | null
  created_at: Instant
  effective_at: Instant | null
  ended_at: Instant | null
}>

const COLUMNS = `change_id, rules, proposed_by, approvers, state, problem, created_at, effective_at,
  ended_at`

/** Writes a change that begins. @returns false while another one is open */
export async function insertChange(
  dbTx: DbTx,
  bookId: BookId,
  change: PolicyChange,
): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into payout_policy_change (book_id, change_id, rules, proposed_by, approvers, state,
       created_at)
     values ($1, $2, $3, $4, $5, 'proposed', $6)
     on conflict (book_id) where state in ('proposed', 'waiting') do nothing
     returning 1 as written`,
    [
      bookId,
      change.changeId,
      JSON.stringify(policyText(change.policy)),
      change.proposedBy,
      change.approvers,
      new Date(change.createdAt),
    ],
  )
  return rows.length === 1
}

/** The change that is open; absent where none is. */
export async function readOpenChange(
  db: Queryable,
  bookId: BookId,
): Promise<PolicyChange | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from payout_policy_change
     where book_id = $1 and state in ('proposed', 'waiting')`,
    [bookId],
  )
  return row && changeOf(row)
}

/** A change, locked until the dbTx ends. */
export async function lockChange(
  dbTx: DbTx,
  bookId: BookId,
  changeId: string,
): Promise<PolicyChange | undefined> {
  const [row] = await dbTx.query<Row>(
    `select ${COLUMNS} from payout_policy_change where book_id = $1 and change_id = $2 for update`,
    [bookId, changeId],
  )
  return row && changeOf(row)
}

/** Writes how far a locked change is; it is due when it takes effect. */
export async function saveChange(dbTx: DbTx, bookId: BookId, change: PolicyChange): Promise<void> {
  const time = (at: Instant | undefined): Date | null => (at === undefined ? null : new Date(at))
  await dbTx.query(
    `update payout_policy_change set state = $3, problem = $4, effective_at = $5, ended_at = $6,
       due_at = case when $3 = 'waiting' then $5::timestamptz end
     where book_id = $1 and change_id = $2`,
    [
      bookId,
      change.changeId,
      change.state,
      change.problem ?? null,
      time(change.effectiveAt),
      time(change.endedAt),
    ],
  )
}

/** Notes that a key approved a change; once is enough. */
export async function insertChangeApproval(
  dbTx: DbTx,
  bookId: BookId,
  of: Readonly<{ changeId: string; approver: string; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into payout_policy_approval (book_id, change_id, approver, approved_at)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [bookId, of.changeId, of.approver, new Date(of.now)],
  )
}

/** The keys that approved a change. */
export async function readChangeApprovals(
  db: Queryable,
  bookId: BookId,
  changeId: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ approver: string }>(
    `select approver from payout_policy_approval where book_id = $1 and change_id = $2
     order by approved_at, approver`,
    [bookId, changeId],
  )
  return rows.map((row) => row.approver)
}

const changeOf = (row: Row): PolicyChange => ({
  changeId: row.change_id,
  policy: storedPolicy(row.rules),
  proposedBy: row.proposed_by,
  approvers: row.approvers,
  state: row.state,
  problem: row.problem ?? undefined,
  createdAt: row.created_at,
  effectiveAt: row.effective_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
})
