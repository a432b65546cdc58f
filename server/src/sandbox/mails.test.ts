import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verificationWorld, type VerificationWorld } from '../../test/verification-world.ts'
import { openMailers } from '../main/mailers.ts'
import { findPayoutExplanation } from '../payouts/explain-payout.action.ts'
import type { BookId } from '../shell/book.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import type { Mailers } from '../shell/mail/mailer.ts'
import { mailAbout } from '../shell/mail/queue-mail.action.ts'
import { sendMailJob } from '../shell/mail/send-mail.job.ts'
import { caughtMails } from './catch-mail.action.ts'

const MINUTE_MS = 60_000
const firstPage = { page: 1, limit: 20 }

const send = (world: VerificationWorld, mailers: Mailers): Promise<number> =>
  runDueOnce(world.ctx, sendMailJob({ ...world.ctx, mailers }))

/** Planted fault: the mail sent to where live mail goes. */
test('mail of a sandbox goes over SMTP to its own mail server, and no further', async () => {
  await using world = await verificationWorld()
  await using opened = await openMailers(world.ctx)
  const live = { send: () => assert.fail('a sandbox’s mail left the machine') }
  const mailers = { ...opened.mailers, live }
  const [first, second] = [
    await world.one({ dollars: '5000' }),
    await world.one({ dollars: '7000' }),
  ]
  const { code } = (await world.mail(second)) ?? assert.fail('no mail')
  assert.equal(await send(world, mailers), 2)
  const { mails, total } = await caughtMails(world.ctx, world.book, firstPage)
  assert.equal(total, 2)
  const mail = mails.find((one) => one.objectId === second)
  assert.ok(mails.some((one) => one.objectId === first))
  assert.equal(mail?.code, code)
  assert.equal(mail?.to, 'owner@example.com')
  assert.equal(mail?.subject, `Code for ${second}`)
  assert.match(mail?.text ?? '', /7000 USDT on Tron/)
  const { test: own, live: other } = world.organization
  assert.equal((await caughtMails(world.ctx, own, firstPage)).total, 2)
  assert.equal((await caughtMails(world.ctx, other, firstPage)).total, 0)
})

/** Planted fault: the message left in the row after it had gone. */
test('a mail that has gone is kept as a fact, without what it said', async () => {
  await using world = await verificationWorld()
  await using opened = await openMailers(world.ctx)
  const objectId = await world.one({ dollars: '5000' })
  await send(world, opened.mailers)
  const of = { bookId: world.book.bookId, objectId }
  assert.deepEqual(await mailAbout(world.ctx.db, of), { state: 'sent', problem: undefined })
  assert.equal(await world.mail(objectId), undefined)
  assert.equal(await send(world, opened.mailers), 0)
})

/** Planted fault: a refusal taken for the end; no bound on the tries. */
test('a mail that no server takes is tried again for some minutes, and its problem is seen', async () => {
  await using world = await verificationWorld()
  const { ctx, book } = world
  const objectId = await world.one({ dollars: '5000' })
  const of = { bookId: book.bookId, objectId }
  let tries = 0
  const refusing: Mailers = {
    live: undefined,
    test: {
      send: () => {
        tries += 1
        return Promise.resolve({ problem: '550 no such mailbox' })
      },
    },
  }
  await send(world, refusing)
  const problem = '550 no such mailbox'
  assert.deepEqual(await mailAbout(ctx.db, of), { state: 'waiting', problem })
  const explained = JSON.stringify(await findPayoutExplanation(ctx.db, book, objectId))
  assert.match(explained, /The mail has not gone yet: 550 no such mailbox/)
  for (let looks = 0; looks < 40; looks += 1) {
    ctx.clock.advance(MINUTE_MS)
    await send(world, refusing)
  }
  assert.equal(tries, 12)
  assert.deepEqual(await mailAbout(ctx.db, of), { state: 'failed', problem })
  assert.doesNotMatch(ctx.logged(), /owner@example/)
})

test('a mail server that comes back is sent what waits', async () => {
  await using world = await verificationWorld()
  const objectId = await world.one({ dollars: '5000' })
  const down: Mailers = {
    live: undefined,
    test: { send: () => Promise.resolve({ problem: 'connect ECONNREFUSED' }) },
  }
  await send(world, down)
  await using opened = await openMailers(world.ctx)
  world.ctx.clock.advance(MINUTE_MS)
  await send(world, opened.mailers)
  const of = { bookId: world.book.bookId, objectId }
  assert.equal((await mailAbout(world.ctx.db, of))?.state, 'sent')
})

/** Planted fault: the book taken from the header, of whatever environment. */
test('a mail for a live book, or for none, is never caught', async () => {
  await using world = await verificationWorld()
  await using opened = await openMailers(world.ctx)
  const mail = { to: 'owner@example.com', subject: 'A code', text: '    123456' }
  const books: readonly BookId[] = [world.organization.live.bookId]
  for (const book of [...books, 'book_0', '']) {
    const outcome = await opened.mailers.test.send(mail, { 'X-Coffer-Book': book })
    assert.notEqual(outcome, 'sent')
  }
})
