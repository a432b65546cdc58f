import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BookId } from '../shell/book.ts'
import { eventBody, isEventPattern, isWanted } from './event.ts'

const event = {
  bookId: 'book_1' as BookId,
  eventId: 'evt_1',
  type: 'checkout.session.confirmed',
  objectId: 'chk_1',
  sequence: 3,
  snapshot: '{"id":"chk_1","amount":"250.5","rate":0.10000000000000000000000001}',
  createdAt: Date.UTC(2026, 1, 25, 12, 0, 0, 678),
  isTest: false,
}

test('an event is told with its object exactly as it was written', () => {
  assert.equal(
    eventBody(event),
    '{"event":"checkout.session.confirmed",' +
      '"data":{"id":"chk_1","amount":"250.5","rate":0.10000000000000000000000001},' +
      '"id":"evt_1","object_id":"chk_1","sequence":3,"created_at":"2026-02-25T12:00:00Z"}',
  )
})

test('what tries a receiver says so beside its type', () => {
  const body: object = JSON.parse(eventBody({ ...event, isTest: true }))
  assert.deepEqual(Object.entries(body).slice(0, 2), [
    ['event', 'checkout.session.confirmed'],
    ['test', true],
  ])
})

test('an endpoint gets the types it names, those below a star, or all', () => {
  const wanted = (...patterns: string[]): boolean => isWanted(patterns, 'wallet.deposit.completed')
  assert.ok(wanted('*'))
  assert.ok(wanted('wallet.*'))
  assert.ok(wanted('wallet.deposit.*'))
  assert.ok(wanted('payment.*', 'wallet.deposit.completed'))
  assert.ok(!wanted('wallet'))
  assert.ok(!wanted('wallet.deposit'))
  assert.ok(!wanted('wallet.withdrawal.*'))
  assert.ok(!wanted('wallet.deposit.completed.*'))
  assert.ok(!wanted())
})

test('what is no event type and no pattern is not taken for one', () => {
  const good = ['*', 'payment.*', 'checkout.*', 'wallet.deposit.completed', 'payout_policy.*']
  const bad = ['', '**', 'pay*', '*.confirmed', 'payment.', '.payment', 'Payment.x', 'a.*.b', 'a b']
  const typos = ['payment.paid', 'payments.*', 'a_b.c', 'wallet', 'payment.created.*']
  assert.deepEqual(good.filter(isEventPattern), good)
  assert.deepEqual([...bad, ...typos].filter(isEventPattern), [])
})
