import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAYEES, payoutIn, payoutWorld } from '../../test/payout-world.ts'
import { sendingIn } from '../../test/sweep-world.ts'
import { giveCode } from '../custody/outgoing/give-code.action.ts'
import { sendOutgoing } from '../custody/outgoing/send-outgoing.action.ts'
import { AppError, isError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import { giveSignerCode } from './give-signer-code.action.ts'

const CODE = '654321'
const dollars = { amount: 100, currency: 'USDT', network: 'TRC20' }

/** Planted fault: the code given for the payout's id instead of its dispatch's. */
test('what the signer wants its own code for waits, and is signed when it is given', async () => {
  await using world = await payoutWorld()
  await world.fund('USDT_TRC20', '1000')
  await world.fund('TRX', '1000')
  const sending = sendingIn(world)
  const asking: typeof sending = {
    ...sending,
    sign: (request) => {
      if (request.code === CODE) return sending.sign(request)
      const code = request.code === undefined ? 'signer.code_needed' : 'signer.code_wrong'
      return Promise.reject(new AppError('signer.refused', { code, problem: 'a code is wanted' }))
    },
  }
  const { id } = payoutIn(await world.ask({ ...dollars, destination_address: PAYEES.tron }))
  await world.dispatchDue()
  const sendAsking = async (): Promise<void> => {
    const due = await world.ctx.db.query<{ book_id: BookId; outgoing_id: string }>(
      'select book_id, outgoing_id from outgoing where due_at is not null',
    )
    for (const key of due) await sendOutgoing(asking, key)
  }
  for (let steps = 0; steps < 5; steps += 1) await sendAsking()
  assert.equal((await world.payout(id)).tx_hash, null)

  const ctx = {
    db: world.ctx.db,
    giveSignerCode: (...given: readonly [Parameters<typeof giveCode>[1], string]) =>
      giveCode(asking, ...given),
  }
  const give = (code: string) => giveSignerCode(ctx, { book: world.book, id, code })
  const refused = (error: unknown): boolean => isError(error, 'payouts.signer_code_refused')
  await assert.rejects(give('111111'), refused)
  assert.deepEqual(await give(CODE), [id])
  const over = (error: unknown): boolean => isError(error, 'payouts.not_awaiting_verification')
  await assert.rejects(give(CODE), over)
  await world.sendAll('USDT_TRC20')
  assert.equal((await world.payout(id)).status, 'completed')
})
