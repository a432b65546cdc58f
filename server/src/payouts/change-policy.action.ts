import { AppError } from '../errors/app-error.ts'
import { appendEvent } from '../events/append-event.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { isId } from '../shell/object-id.ts'
import { approversOf } from '../tenancy/api-keys.action.ts'
import type { PolicyChange } from './policy-change.ts'
import {
  insertChange,
  insertChangeApproval,
  lockChange,
  readChangeApprovals,
  readOpenChange,
  saveChange,
} from './policy-change.store.ts'
import { changeSnapshot, policySnapshot } from './policy-snapshot.ts'
import type { Policy } from './policy.ts'
import { putPolicyInForce, readPolicyInForce } from './policy.store.ts'

type Ctx = Pick<ShellCtx, 'ids' | 'clock'>

/** A change as it is told. */
export type ChangeView = ReturnType<typeof changeSnapshot>

/** Somebody does something about a change. */
export type ChangeDecision = Readonly<{ book: Book; id: string; keyId: string }>

/** The policy in force, and the change of it that is open. */
export async function viewPolicy(db: Queryable, { bookId }: Book) {
  const inForce = await readPolicyInForce(db, bookId)
  const change = await readOpenChange(db, bookId)
  const approvedBy =
    change === undefined ? [] : await readChangeApprovals(db, bookId, change.changeId)
  return policySnapshot(inForce, change && changeSnapshot(change, approvedBy))
}

/**
 * Proposes another policy. It needs the quorum of the policy in force, which who proposes it is
 * not part of, and then waits: loosening and tightening alike, since a quorum that is put higher,
 * or a limit put lower, can lock money away as well.
 *
 * @throws payouts.policy_change_open, policy_quorum_too_large
 */
export async function proposePolicy(
  ctx: Ctx,
  dbTx: DbTx,
  { book, policy, keyId }: Readonly<{ book: Book; policy: Policy; keyId: string }>,
): Promise<ChangeView> {
  const { bookId } = book
  const live = await approversOf(dbTx, bookId)
  if (live.size < policy.approvers) {
    const told = { quorum: policy.approvers, approvers: live.size }
    throw new AppError('payouts.policy_quorum_too_large', told)
  }
  const before = await readPolicyInForce(dbTx, bookId)
  const change: PolicyChange = {
    changeId: ctx.ids.next('polc'),
    policy,
    proposedBy: keyId,
    approvers: before.policy.approvers,
    state: 'proposed',
    problem: undefined,
    createdAt: bookNow(ctx.clock, book),
    effectiveAt: undefined,
    endedAt: undefined,
  }
  if (!(await insertChange(dbTx, bookId, change))) {
    const open = await readOpenChange(dbTx, bookId)
    throw new AppError('payouts.policy_change_open', { id: open?.changeId ?? 'A change' })
  }
  return (await waitIfApproved(ctx, dbTx, { book, change })) ?? tell(ctx, dbTx, { book, change })
}

/**
 * Approves a change; the same again answers the same.
 *
 * @throws payouts.policy_change_unknown, policy_change_ended, not_an_approver,
 *         initiator_cannot_approve
 */
export async function approveChange(
  ctx: Ctx,
  dbTx: DbTx,
  { book, id, keyId }: ChangeDecision,
): Promise<ChangeView> {
  const { bookId } = book
  const change = await lockOpen(dbTx, book, id)
  if (!(await approversOf(dbTx, bookId)).has(keyId)) {
    throw new AppError('payouts.not_an_approver', {})
  }
  if (keyId === change.proposedBy) throw new AppError('payouts.initiator_cannot_approve', {})
  const now = bookNow(ctx.clock, book)
  await insertChangeApproval(dbTx, bookId, { changeId: id, approver: keyId, now })
  return (await waitIfApproved(ctx, dbTx, { book, change })) ?? view(dbTx, book, change)
}

/**
 * Cancels a change: what is in force stays so. Who proposed it may, and every approver; where the
 * policy in force wants no approvers, every key.
 *
 * @throws payouts.policy_change_unknown, policy_change_ended, not_an_approver
 */
export async function cancelChange(
  ctx: Ctx,
  dbTx: DbTx,
  { book, id, keyId }: ChangeDecision,
): Promise<ChangeView> {
  const change = await lockOpen(dbTx, book, id)
  const live = await approversOf(dbTx, book.bookId)
  if (change.approvers > 0 && keyId !== change.proposedBy && !live.has(keyId)) {
    throw new AppError('payouts.not_an_approver', {})
  }
  return end(ctx, dbTx, { book, change, problem: `It was canceled by ${keyId}.` })
}

/**
 * Puts a change in force whose delay is over. Approvals of keys that were revoked since count no
 * more: without its quorum it is canceled.
 */
export async function applyChange(
  ctx: Ctx,
  dbTx: DbTx,
  { book, id }: Readonly<{ book: Book; id: string }>,
): Promise<void> {
  const change = await lockChange(dbTx, book.bookId, id)
  if (change?.state !== 'waiting') return
  if (!(await hasQuorum(dbTx, book, change))) {
    await end(ctx, dbTx, { book, change, problem: 'Approvers of it were revoked meanwhile.' })
    return
  }
  const now = bookNow(ctx.clock, book)
  await putPolicyInForce(dbTx, book.bookId, { policy: change.policy, now })
  const applied: PolicyChange = { ...change, state: 'in_force', endedAt: now }
  await saveChange(dbTx, book.bookId, applied)
  await tell(ctx, dbTx, { book, change: applied })
}

type Of = Readonly<{ book: Book; change: PolicyChange }>

async function waitIfApproved(
  ctx: Ctx,
  dbTx: DbTx,
  { book, change }: Of,
): Promise<ChangeView | undefined> {
  if (change.state !== 'proposed' || !(await hasQuorum(dbTx, book, change))) return undefined
  const { policy } = await readPolicyInForce(dbTx, book.bookId)
  const effectiveAt = bookNow(ctx.clock, book) + policy.changeDelayMs
  const waiting: PolicyChange = { ...change, state: 'waiting', effectiveAt }
  await saveChange(dbTx, book.bookId, waiting)
  return tell(ctx, dbTx, { book, change: waiting })
}

/**
 * The policy in force is asked again: one that took effect while this change was being proposed may
 * want more approvers than the one read then. While a change is open no other takes effect.
 */
async function hasQuorum(db: Queryable, { bookId }: Book, change: PolicyChange): Promise<boolean> {
  const { policy } = await readPolicyInForce(db, bookId)
  const live = await approversOf(db, bookId)
  const approved = await readChangeApprovals(db, bookId, change.changeId)
  const needed = Math.max(change.approvers, policy.approvers)
  return approved.filter((one) => live.has(one)).length >= needed
}

async function end(
  ctx: Ctx,
  dbTx: DbTx,
  { book, change, problem }: Of & Readonly<{ problem: string }>,
): Promise<ChangeView> {
  const endedAt = bookNow(ctx.clock, book)
  const canceled: PolicyChange = { ...change, state: 'canceled', problem, endedAt }
  await saveChange(dbTx, book.bookId, canceled)
  return tell(ctx, dbTx, { book, change: canceled })
}

async function tell(ctx: Ctx, dbTx: DbTx, { book, change }: Of): Promise<ChangeView> {
  const object = await view(dbTx, book, change)
  const type = `payout_policy.change_${change.state}` as const
  await appendEvent(ctx, dbTx, { book, type, objectId: change.changeId, object })
  return object
}

const view = async (db: Queryable, { bookId }: Book, change: PolicyChange): Promise<ChangeView> =>
  changeSnapshot(change, await readChangeApprovals(db, bookId, change.changeId))

async function lockOpen(dbTx: DbTx, { bookId }: Book, id: string): Promise<PolicyChange> {
  const change = isId(id) ? await lockChange(dbTx, bookId, id) : undefined
  if (change === undefined) throw new AppError('payouts.policy_change_unknown', { id })
  if (change.state === 'proposed' || change.state === 'waiting') return change
  throw new AppError('payouts.policy_change_ended', { id, state: change.state })
}
