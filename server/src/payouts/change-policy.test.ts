import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { verificationWorld, type VerificationWorld } from '../../test/verification-world.ts'
import { AppError } from '../errors/app-error.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { revokeApiKey } from '../tenancy/api-keys.action.ts'
import { applyPolicyChangeJob } from './apply-policy-change.job.ts'
import {
  applyChange,
  approveChange,
  cancelChange,
  proposePolicy,
  viewPolicy,
  type ChangeView,
} from './change-policy.action.ts'
import { policyText, readPolicy } from './policy-text.ts'
import { firstPolicy, type Policy } from './policy.ts'

const LOOKS_MAX = 5_000
const DAY_MS = 24 * 3_600_000
const strict: Policy = {
  ...firstPolicy,
  approvers: 1,
  limits: [{ per: 'payout', fromCents: 1_000n, then: 'approval' }],
}

/** Does it in a dbTx. @returns the change, or the refusal's code */
const tell = (
  world: VerificationWorld,
  work: (dbTx: DbTx) => Promise<ChangeView>,
): Promise<ChangeView | string> =>
  inDbTx(world.ctx, work).catch((error: unknown) =>
    error instanceof AppError ? error.code : String(error),
  )

const propose = (world: VerificationWorld, policy: Policy, keyId: string) =>
  tell(world, (dbTx) => proposePolicy(world.ctx, dbTx, { book: world.book, policy, keyId }))
const approveBy = (world: VerificationWorld, id: string, keyId: string) =>
  tell(world, (dbTx) => approveChange(world.ctx, dbTx, { book: world.book, id, keyId }))
const cancelBy = (world: VerificationWorld, id: string, keyId: string) =>
  tell(world, (dbTx) => cancelChange(world.ctx, dbTx, { book: world.book, id, keyId }))

const begun = async (change: Promise<ChangeView | string>): Promise<ChangeView> => {
  const made = await change
  return typeof made === 'string' ? assert.fail(made) : made
}
const apply = (world: VerificationWorld) => runDueOnce(world.ctx, applyPolicyChangeJob(world.ctx))
const versionOf = async (world: VerificationWorld): Promise<number> =>
  (await viewPolicy(world.ctx.db, world.book)).version

/** Waits until a connection's last statement, begun or done within its dbTx, is this one. */
async function settled({ ctx }: VerificationWorld, statement: string): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const rows = await ctx.db.query(
      `select 1 from pg_stat_activity where datname = current_database() and query ilike $1
         and (state = 'idle in transaction' or wait_event_type = 'Lock')`,
      [`%${statement}%`],
    )
    if (rows.length > 0) return
    await setImmediate()
  }
  assert.fail(`nobody came as far as: ${statement}`)
}

/** Planted fault: the change put in force at once. */
test('the first policy of an organization takes effect after a day', async () => {
  await using world = await verificationWorld()
  const { maker } = world.keys
  const change = await begun(propose(world, strict, maker))
  assert.equal(change.state, 'waiting')
  world.ctx.clock.advance(DAY_MS - 1)
  assert.equal(await apply(world), 0)
  assert.equal(await world.statusOf(await world.one({ dollars: '10' })), 'processing')
  world.ctx.clock.advance(1)
  assert.equal(await apply(world), 1)
  const now = await viewPolicy(world.ctx.db, world.book)
  assert.deepEqual([now.version, now.change], [1, null])
  assert.deepEqual(now.limits, policyText(strict).limits)
  assert.equal(await world.statusOf(await world.one({ dollars: '10' })), 'pending_verification')
})

/**
 * Seen to fail when a change kept the quorum it was proposed under, though a policy took effect
 * between the reading of it and the change's own row.
 */
test('a change that is proposed while a stricter policy takes effect needs its quorum', async () => {
  await using world = await verificationWorld()
  const { maker, first } = world.keys
  const { id } = await begun(propose(world, strict, maker))
  world.ctx.clock.advance(DAY_MS)
  const isProposed = Promise.withResolvers<void>()
  const applying = inDbTx(world.ctx, async (dbTx) => {
    await applyChange(world.ctx, dbTx, { book: world.book, id })
    await isProposed.promise
  })
  await settled(world, 'insert into event')
  const proposing = begun(propose(world, { ...strict, approvers: 0, limits: [] }, maker))
  await settled(world, 'insert into payout_policy_change')
  isProposed.resolve()
  await applying
  const change = await proposing
  assert.equal(change.state, 'proposed')
  assert.equal(Object(await approveBy(world, change.id, first)).state, 'waiting')
})

/** Planted fault: the quorum of the new policy asked, not of the one in force. */
test('a policy is changed by the quorum of the policy in force, without who proposed it', async () => {
  await using world = await verificationWorld()
  const { maker, first, second } = world.keys
  await world.policy({ ...strict, approvers: 2 })
  const { id, state } = await begun(propose(world, firstPolicy, maker))
  assert.equal(state, 'proposed')
  assert.equal(await propose(world, strict, maker), 'payouts.policy_change_open')
  assert.equal(await approveBy(world, id, maker), 'payouts.not_an_approver')
  assert.equal((await begun(approveBy(world, id, first))).state, 'proposed')
  assert.equal((await begun(approveBy(world, id, first))).state, 'proposed')
  assert.equal((await begun(approveBy(world, id, second))).state, 'waiting')
  world.ctx.clock.advance(DAY_MS)
  await apply(world)
  assert.equal(await versionOf(world), 2)
  assert.equal(await approveBy(world, id, second), 'payouts.policy_change_ended')

  await world.policy({ ...strict, approvers: 2 })
  const own = await begun(propose(world, firstPolicy, first))
  assert.equal(await approveBy(world, own.id, first), 'payouts.initiator_cannot_approve')
  assert.equal((await begun(approveBy(world, own.id, second))).state, 'proposed')
})

/** Planted fault: approvals not counted again when the delay is over. */
test('a change whose approver is revoked before it takes effect is canceled', async () => {
  await using world = await verificationWorld()
  const { maker, first } = world.keys
  await world.policy(strict)
  const { id } = await begun(propose(world, firstPolicy, maker))
  assert.equal((await begun(approveBy(world, id, first))).state, 'waiting')
  await revokeApiKey(world.ctx, { bookId: world.book.bookId, keyId: first })
  world.ctx.clock.advance(DAY_MS)
  assert.equal(await apply(world), 1)
  assert.equal(await versionOf(world), 1)
  const events = await world.ctx.db.query<{ type: string }>(
    'select type from event where object_id = $1 order by sequence',
    [id],
  )
  assert.deepEqual(
    events.map((one) => one.type),
    [
      'payout_policy.change_proposed',
      'payout_policy.change_waiting',
      'payout_policy.change_canceled',
    ],
  )
})

test('a change is canceled while it waits, by who proposed it or by an approver', async () => {
  await using world = await verificationWorld()
  const { maker, first, second } = world.keys
  await world.policy(strict)
  const one = await begun(propose(world, firstPolicy, second))
  assert.equal(await cancelBy(world, one.id, maker), 'payouts.not_an_approver')
  assert.equal((await begun(cancelBy(world, one.id, first))).state, 'canceled')
  const other = await begun(propose(world, firstPolicy, maker))
  assert.equal((await begun(approveBy(world, other.id, first))).state, 'waiting')
  assert.equal((await begun(cancelBy(world, other.id, maker))).state, 'canceled')
  world.ctx.clock.advance(DAY_MS)
  assert.equal(await apply(world), 0)
  assert.equal(await cancelBy(world, other.id, maker), 'payouts.policy_change_ended')
  assert.equal(await cancelBy(world, 'polc_0', maker), 'payouts.policy_change_unknown')
})

test('a policy that nobody could live up to is refused', async () => {
  await using world = await verificationWorld()
  const { maker } = world.keys
  const three = await propose(world, { ...strict, approvers: 3 }, maker)
  assert.equal(three, 'payouts.policy_quorum_too_large')
  const text = policyText(strict)
  const refused = (error: unknown): boolean =>
    error instanceof AppError && error.code === 'payouts.payout_policy_invalid'
  assert.throws(() => readPolicy({ ...text, approvers: 0 }), refused)
  const tooPrecise = [{ per: 'hour', from_usd: '1.001', then: 'refuse' }] as const
  assert.throws(() => readPolicy({ ...text, limits: [...tooPrecise] }), refused)
  assert.deepEqual(readPolicy(text), strict)
})

test('of many who propose at once, one is heard', async () => {
  await using world = await verificationWorld()
  const { maker } = world.keys
  const all = await Promise.all(Array.from({ length: 20 }, () => propose(world, strict, maker)))
  const refused = all.filter((one) => one === 'payouts.policy_change_open')
  assert.equal(refused.length, 19)
})
