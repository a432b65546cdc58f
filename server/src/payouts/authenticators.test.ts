import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32 } from '@scure/base'
import { verificationWorld, type VerificationWorld } from '../../test/verification-world.ts'
import { AppError } from '../errors/app-error.ts'
import { ownerOf } from '../tenancy/owner.action.ts'
import { beginTotp, confirmTotp } from '../tenancy/totp.action.ts'
import { codeAt, stepAt } from '../totp/totp.ts'

const STEP_MS = 30_000

/** Enrols the owner's authenticator. @returns what the app shows, so many steps from now */
async function enrol(world: VerificationWorld): Promise<(steps?: number) => string> {
  const { ctx, book } = world
  const owner = (await ownerOf(ctx, ctx.db, book.orgId)) ?? assert.fail('nobody owns it')
  const of = { bookId: book.bookId, personId: owner.personId }
  const uri = await beginTotp(ctx, of, owner.email)
  const secret = base32.decode(new URL(uri).searchParams.get('secret') ?? '')
  const shown = (steps = 0): string => codeAt(secret, stepAt(ctx.clock.now()) + steps)
  assert.equal(await confirmTotp(ctx, of, shown(5)), false)
  assert.equal(await confirmTotp(ctx, of, shown()), true)
  ctx.clock.advance(STEP_MS)
  return shown
}

const tell = (world: VerificationWorld, id: string, code: string): Promise<string> =>
  world.give(id, code, 'totp').then(
    (passage) => passage.kind,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

/** Planted fault: the step of a code that was taken not kept. */
test('a code of the owner’s authenticator verifies a payout, each once', async () => {
  await using world = await verificationWorld()
  const [one, other] = [await world.one({ dollars: '6000' }), await world.one({ dollars: '6000' })]
  assert.equal(await tell(world, one, '123456'), 'payouts.totp_not_enrolled')
  const shown = await enrol(world)
  assert.equal(await tell(world, one, shown()), 'passed')
  assert.equal(await tell(world, other, shown()), 'payouts.otp_wrong')
  world.ctx.clock.advance(STEP_MS)
  assert.equal(await tell(world, other, shown()), 'passed')
})

test('one code of an authenticator for two payouts at the same moment lets one go', async () => {
  await using world = await verificationWorld()
  const shown = await enrol(world)
  const ids = [await world.one({ dollars: '6000' }), await world.one({ dollars: '6000' })]
  const told = await Promise.all(ids.map((id) => tell(world, id, shown())))
  assert.deepEqual(told.sort(), ['passed', 'payouts.otp_wrong'])
})

test('an authenticator that no first code has confirmed is asked for none', async () => {
  await using world = await verificationWorld()
  const { ctx, book } = world
  const owner = (await ownerOf(ctx, ctx.db, book.orgId)) ?? assert.fail('nobody owns it')
  await beginTotp(ctx, { bookId: book.bookId, personId: owner.personId }, owner.email)
  const id = await world.one({ dollars: '6000' })
  assert.equal(await tell(world, id, '123456'), 'payouts.totp_not_enrolled')
})

test('wrong codes of an authenticator are counted with those of the mail', async () => {
  await using world = await verificationWorld()
  const shown = await enrol(world)
  const id = await world.one({ dollars: '6000' })
  for (let tries = 0; tries < 4; tries += 1) {
    assert.equal(await tell(world, id, shown(9)), 'payouts.otp_wrong')
  }
  assert.equal(await tell(world, id, shown(9)), 'payouts.otp_guessed')
  assert.equal(await world.statusOf(id), 'canceled')
})

/** Planted fault: a live payout begun although nobody can ever be sent its code. */
test('without a mail server a live payout needs an authenticator, or does not begin', async () => {
  await using world = await verificationWorld({}, 'live')
  const begin = (): Promise<string> =>
    world
      .one({ dollars: '5000' })
      .catch((error: unknown) => (error instanceof AppError ? error.message : String(error)))
  assert.match(await begin(), /COFFER_SMTP_URL.*coffer totp/)
  assert.equal(await world.statusOf(await world.one({ dollars: '4999' })), 'processing')
  const shown = await enrol(world)
  const id = await begin()
  assert.equal(await world.mail(id), undefined)
  assert.equal(await tell(world, id, shown()), 'passed')
})

test('with a mail server the owner of a live book is mailed', async () => {
  const env = { COFFER_SMTP_URL: 'smtps://mx.example.com' }
  await using world = await verificationWorld(env, 'live')
  const id = await world.one({ dollars: '5000' })
  const { to, code } = (await world.mail(id)) ?? assert.fail('no mail')
  assert.equal(to, 'owner@example.com')
  assert.equal((await world.give(id, code)).kind, 'passed')
})
