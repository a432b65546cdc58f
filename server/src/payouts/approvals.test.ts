import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DESTINATION,
  verificationWorld,
  type VerificationWorld,
} from '../../test/verification-world.ts'
import { AppError } from '../errors/app-error.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { revokeApiKey } from '../tenancy/api-keys.action.ts'
import { approve, reject } from './decide.action.ts'
import { removeDestination } from './destinations.action.ts'
import { expireReviewJob } from './expire-review.job.ts'
import { firstPolicy, type Limit, type Policy } from './policy.ts'

const HOUR_MS = 3_600_000
const limit = (per: Limit['per'], dollars: bigint, then: Limit['then']): Limit => ({
  per,
  fromCents: dollars * 100n,
  then,
})
const quorum = (approvers: number, ...limits: readonly Limit[]): Policy => ({
  ...firstPolicy,
  approvers,
  limits,
})

/** What came of something: its kind, or the refusal's code. */
const told = (work: Promise<Readonly<{ kind: string }> | string>): Promise<string> =>
  work.then(
    (done) => (typeof done === 'string' ? 'begun' : done.kind),
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

const payoutIdsOf = async ({ ctx, book }: VerificationWorld): Promise<readonly string[]> => {
  const rows = await ctx.db.query<{ payout_id: string }>(
    'select payout_id from payout where book_id = $1',
    [book.bookId],
  )
  return rows.map((row) => row.payout_id)
}

const approveBy = (world: VerificationWorld, id: string, keyId: string): Promise<string> =>
  told(inDbTx(world.ctx, (dbTx) => approve(world.ctx, dbTx, { book: world.book, id, keyId })))

/** Planted fault: who asked for it counted among those who approve. */
test('a payout goes when as many others approved as the policy wants', async () => {
  await using world = await verificationWorld()
  const { maker, first, second } = world.keys
  await world.policy(quorum(2, limit('payout', 100n, 'approval')))
  const id = await world.one({ dollars: '100' })
  assert.equal(await world.statusOf(id), 'pending_verification')
  assert.equal(await world.mail(id), undefined)
  assert.equal(await approveBy(world, id, maker), 'payouts.not_an_approver')
  assert.equal(await approveBy(world, id, first), 'awaiting')
  assert.equal(await approveBy(world, id, first), 'awaiting')
  assert.equal(await approveBy(world, id, second), 'passed')
  assert.equal(await world.statusOf(id), 'processing')

  const own = await world.one({ dollars: '100' }, first)
  assert.equal(await approveBy(world, own, first), 'payouts.initiator_cannot_approve')
  assert.equal(await approveBy(world, own, second), 'awaiting')
})

test('a code and approvals are both needed, in whatever order they come', async () => {
  await using world = await verificationWorld()
  const { first } = world.keys
  await world.policy(quorum(1, limit('payout', 100n, 'approval')))
  const codeFirst = await world.one({ dollars: '6000' })
  const { code = '' } = (await world.mail(codeFirst)) ?? {}
  assert.deepEqual(await world.give(codeFirst, code), {
    kind: 'awaiting',
    subjectId: codeFirst,
    awaited: ['approval'],
    approvals: 0,
    approvers: 1,
  })
  assert.equal(await told(world.give(codeFirst, code)), 'payouts.otp_used')
  assert.equal(await approveBy(world, codeFirst, first), 'passed')
  const codeLast = await world.one({ dollars: '6000' })
  assert.equal(await approveBy(world, codeLast, first), 'awaiting')
  assert.equal(await told(world.give(codeLast, (await world.mail(codeLast))?.code ?? '')), 'passed')
})

/** Planted fault: approvals counted whoever gave them, revoked since or not. */
test('the approval of a key that was revoked counts no more', async () => {
  await using world = await verificationWorld()
  const { first, second } = world.keys
  await world.policy(quorum(2, limit('payout', 100n, 'approval')))
  const id = await world.one({ dollars: '100' })
  assert.equal(await approveBy(world, id, first), 'awaiting')
  await revokeApiKey(world.ctx, { bookId: world.book.bookId, keyId: first })
  assert.equal(await approveBy(world, id, second), 'awaiting')
})

test('an approver rejects: the money is released, and nothing more can be done about it', async () => {
  await using world = await verificationWorld()
  await world.policy(quorum(1, limit('payout', 100n, 'approval')))
  const batch = await world.batch([{ dollars: '60' }, { dollars: '60' }])
  const decision = { book: world.book, id: batch, keyId: world.keys.first }
  const canceled = await inDbTx(world.ctx, (dbTx) => reject(world.ctx, dbTx, decision))
  assert.equal(canceled.length, 2)
  assert.equal(await world.available(), '1000000')
  const again = await approveBy(world, batch, world.keys.second)
  assert.equal(again, 'payouts.not_awaiting_verification')
})

/** Seen to fail while the id of one payout approved its whole batch. */
test('payouts of a batch are approved and rejected by the id of the batch alone', async () => {
  await using world = await verificationWorld()
  const { first } = world.keys
  await world.policy(quorum(1, limit('payout', 100n, 'approval')))
  const batch = await world.batch([{ dollars: '90' }, { dollars: '90' }])
  const [member = ''] = await payoutIdsOf(world)
  assert.equal(await approveBy(world, member, first), 'payouts.part_of_batch')
  const decision = { book: world.book, id: member, keyId: first }
  const rejecting = inDbTx(world.ctx, (dbTx) => reject(world.ctx, dbTx, decision))
  assert.equal(await told(rejecting.then(() => 'rejected')), 'payouts.part_of_batch')
  assert.equal(await approveBy(world, batch, first), 'passed')
})

/** Planted fault: a payout that was called back counted on. */
test('velocity is refused at the edge of its window, and what was called back does not count', async () => {
  await using world = await verificationWorld()
  await world.policy(quorum(1, limit('hour', 1_000n, 'refuse'), limit('day', 1_500n, 'approval')))
  const begin = (dollars: string): Promise<string> => told(world.one({ dollars }))
  assert.equal(await begin('400'), 'begun')
  world.ctx.clock.advance(1)
  assert.equal(await begin('599.99'), 'begun')
  assert.equal(await begin('0.01'), 'payouts.policy_velocity_refused')
  world.ctx.clock.advance(HOUR_MS - 2)
  assert.equal(await begin('0.01'), 'payouts.policy_velocity_refused')
  world.ctx.clock.advance(1)
  assert.equal(await begin('0.01'), 'begun')
  const third = await world.one({ dollars: '399.99' })
  assert.equal(await world.statusOf(third), 'processing')
  world.ctx.clock.advance(HOUR_MS)
  // 1 399.99 went within the day.
  const fourth = await world.one({ dollars: '100.01' })
  assert.equal(await world.statusOf(fourth), 'pending_verification')
  const decision = { book: world.book, id: fourth, keyId: world.keys.first }
  await inDbTx(world.ctx, (dbTx) => reject(world.ctx, dbTx, decision))
  const fifth = await world.one({ dollars: '100' })
  assert.equal(await world.statusOf(fifth), 'processing')
})

/** Planted fault: the policy's row read without its lock. */
test('of fifty payouts at the same moment exactly those begin that the hour has room for', async () => {
  await using world = await verificationWorld()
  await world.policy(quorum(1, limit('hour', 1_000n, 'refuse')))
  const all = await Promise.all(
    Array.from({ length: 50 }, () => told(world.one({ dollars: '90' }))),
  )
  assert.equal(all.filter((one) => one === 'begun').length, 11)
  assert.equal(all.filter((one) => one === 'payouts.policy_velocity_refused').length, 39)
})

test('money goes to listed destinations only, of the kinds that the policy names', async () => {
  await using world = await verificationWorld()
  await world.policy({ ...firstPolicy, listedOnly: ['payout'] })
  const begin = (kind: 'payout' | 'withdrawal'): Promise<string> =>
    told(world.one({ dollars: '10', kind }))
  assert.equal(await begin('payout'), 'payouts.policy_destination_unlisted')
  assert.equal(await begin('withdrawal'), 'begun')
  await world.ctx.db.query(
    `insert into payout_destination
     select $1, 'dest_1', 'tron:0x2b6653dc', $2, null, 'key_1', $3`,
    [world.book.bookId, DESTINATION, new Date(world.ctx.clock.now())],
  )
  world.ctx.clock.advance(24 * HOUR_MS - 1)
  assert.equal(await begin('payout'), 'payouts.policy_destination_cooling')
  world.ctx.clock.advance(1)
  assert.equal(await begin('payout'), 'begun')
})

/** Planted fault: the policy asked again only where it has another version. */
test('a destination that is taken off the list stops what is pending to it', async () => {
  await using world = await verificationWorld()
  const { ctx, book, keys } = world
  const limits = [limit('payout', 100n, 'approval')]
  await world.policy({ ...quorum(1, ...limits), listedOnly: ['payout'], cooldownMs: 0 })
  await ctx.db.query(
    `insert into payout_destination
     select $1, 'dest_1', 'tron:0x2b6653dc', $2, null, 'key_1', $3`,
    [book.bookId, DESTINATION, new Date(ctx.clock.now())],
  )
  const id = await world.one({ dollars: '100' })
  await inDbTx(ctx, (dbTx) => removeDestination(ctx, dbTx, { book, id: 'dest_1' }))
  assert.equal(await approveBy(world, id, keys.first), 'refused')
  assert.equal(await world.statusOf(id), 'canceled')
  assert.equal(await world.available(), '1000000')
})

/** Planted fault: only the policy in force at the beginning asked, or only the one at the end. */
test('a payout that is pending while the policy changes is judged by the stricter of both', async () => {
  await using world = await verificationWorld()
  const { first } = world.keys
  const asking = quorum(1, limit('payout', 100n, 'approval'))
  const pendingCode = await world.one({ dollars: '6000' })
  const code = (await world.mail(pendingCode))?.code ?? ''
  await world.policy(asking)
  assert.equal(await told(world.give(pendingCode, code)), 'awaiting')
  assert.equal(await approveBy(world, pendingCode, first), 'passed')

  const pendingApproval = await world.one({ dollars: '200' })
  await world.policy(firstPolicy)
  assert.equal(await world.statusOf(pendingApproval), 'pending_verification')
  assert.equal(await approveBy(world, pendingApproval, first), 'passed')

  const refused = await world.one({ dollars: '6000' })
  const { code: late = '' } = (await world.mail(refused)) ?? {}
  await world.policy(quorum(1, limit('payout', 6_000n, 'refuse')))
  assert.equal(await told(world.give(refused, late)), 'refused')
  assert.equal(await world.statusOf(refused), 'canceled')
  assert.match((await world.viewOf(refused))?.problem ?? '', /refuses payouts from 6000 dollars/)
})

/** Planted fault: due by the machine's clock. */
test('what nobody verified within a day is canceled, and its money released', async () => {
  await using world = await verificationWorld()
  const { ctx } = world
  const job = expireReviewJob(ctx)
  const id = await world.one({ dollars: '6000' })
  ctx.clock.advance(24 * HOUR_MS - 1)
  assert.equal(await runDueOnce(ctx, job), 0)
  await ctx.db.query('update book set clock_offset_ms = 1 where book_id = $1', [world.book.bookId])
  assert.equal(await runDueOnce(ctx, job), 1)
  assert.equal(await world.statusOf(id), 'canceled')
  assert.equal(await world.available(), '1000000')
  assert.equal(await runDueOnce(ctx, job), 0)
})
