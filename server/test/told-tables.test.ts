import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allEventTypes, type EventType } from '../src/events/event-types.ts'
import { testDatabase } from './database.ts'

/** What tells a state of a table: events, or why none need to. */
type ToldBy = readonly EventType[] | string

const INNER = 'a step inside, which nobody outside sees'
const OF_PAYOUTS = 'told by the payouts that it holds up'
const OF_BOOKS = 'of the whole installation: who runs it is told by `coffer` and the log'

const ofFaces = <Word extends string>(word: Word) =>
  [`checkout.session.${word}`, `invoice.${word}`, `payment.${word}`] as const

const ofBatch = (
  word: 'processing' | 'completed' | 'partially_completed' | 'failed' | 'canceled',
) => [`payout_batch.${word}`] as const

/** Every table with a state: each of its states by name, or `*` for all of them. */
const TOLD_BY: Readonly<Record<string, Readonly<Record<string, ToldBy>>>> = {
  'payment.status': {
    awaiting: [
      ...ofFaces('created'),
      'checkout.session.pending',
      'invoice.pending',
      'payment.awaiting_payment',
    ],
    confirming: ofFaces('confirming'),
    confirmed: ofFaces('confirmed'),
    expired: ofFaces('expired'),
    failed: ofFaces('failed'),
  },
  'payment.exception': {
    none: ofFaces('updated'),
    underpaid: ofFaces('underpaid'),
    overpaid: ofFaces('overpaid'),
    late: ofFaces('late'),
    wrong_asset: ofFaces('wrong_asset'),
    reverted: ofFaces('reverted'),
  },
  'payment_exception.state': { open: ['exception.opened'], resolved: ['exception.resolved'] },
  'payment_deposit.level': { '*': 'told by its payment, or by the exception that it opens' },
  'refund.state': {
    awaiting_payout: ['refund.created', 'refund.waiting', 'refund.failed'],
    sending: ['refund.sending'],
    sent: ['refund.sent'],
  },
  'wallet_deposit.level': {
    seen: ['wallet.deposit.pending'],
    confirmed: ['wallet.deposit.confirming'],
    safe: ['wallet.deposit.confirming'],
    final: ['wallet.deposit.completed'],
    reverted: ['wallet.deposit.reverted'],
  },
  'wallet_claim.state': {
    pending: 'the answer to whoever claims says it',
    ended: ['wallet.deposit.not_found'],
  },
  'payout.status': {
    pending_verification: ['payout.created', 'wallet.withdrawal.created'],
    processing: ['payout.processing', 'wallet.withdrawal.initiated'],
    completed: ['payout.completed', 'wallet.withdrawal.completed'],
    failed: ['payout.failed', 'wallet.withdrawal.failed'],
    canceled: ['payout.canceled', 'wallet.withdrawal.canceled'],
  },
  'payout_batch.told_status': {
    pending_verification: ['payout_batch.created'],
    processing: ofBatch('processing'),
    completed: ofBatch('completed'),
    partially_completed: ofBatch('partially_completed'),
    failed: ofBatch('failed'),
    canceled: ofBatch('canceled'),
  },
  'payout_review.state': { '*': OF_PAYOUTS },
  'payout_policy_change.state': {
    proposed: ['payout_policy.change_proposed'],
    waiting: ['payout_policy.change_waiting'],
    in_force: ['payout_policy.change_in_force'],
    canceled: ['payout_policy.change_canceled'],
  },
  'sweep.state': {
    sending: ['sweep.created'],
    completed: ['sweep.completed'],
    failed: ['sweep.failed'],
  },
  'cold_transfer.state': {
    sending: ['cold.transfer.created'],
    completed: ['cold.transfer.completed'],
    failed: ['cold.transfer.failed'],
  },
  'gas_tank.state': { enough: ['treasury.gas_enough'], low: ['treasury.gas_low'] },
  'webhook_endpoint.disabled_reason': {
    asked: ['webhook_endpoint.disabled'],
    failing: ['webhook_endpoint.disabled'],
  },
  'delivery.state': { '*': 'of events themselves: an endpoint that fails is told of' },
  'webhook_resend.state': { '*': 'of events themselves: GET of it shows it' },
  'outgoing.state': { '*': INNER },
  'mail.state': { '*': INNER },
  'deposit.level': {
    '*': 'told by its owner: a payment, a wallet, or `treasury.deposit.*` once it is credited',
  },
  'chain_watch.state': { '*': OF_BOOKS },
  'simulated_tx.state': { '*': 'of the world that the sandbox plays' },
  'faucet_pour.state': { '*': 'of the world that the sandbox plays' },
}

type Column = Readonly<{ place: string; states: readonly string[] }>

/** The columns whose values are states, as the database checks them. */
async function stateColumns(): Promise<readonly Column[]> {
  await using database = await testDatabase()
  const rows = await database.db.query<{ place: string; text: string }>(
    `select conrelid::regclass || '.' || attname as place, pg_get_constraintdef(pg_constraint.oid)
       as text
     from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'c' and cardinality(conkey) = 1
       and attname in ('state', 'status', 'exception', 'level', 'told_status', 'disabled_reason')`,
  )
  return rows.map(({ place, text }) => ({
    place,
    states: [...text.matchAll(/'(\w+)'/g)].map(([, state = '']) => state),
  }))
}

/** Seen to fail with a state more in a CHECK, and with a table of states that is not listed. */
test('every state that anything can be in is told by an event, or it is said why not', async () => {
  const columns = await stateColumns()
  assert.ok(columns.length > 15)
  const untold = columns.flatMap(({ place, states }) => {
    const told = TOLD_BY[place] ?? {}
    return states.filter((one) => !(one in told || '*' in told)).map((one) => `${place} ${one}`)
  })
  assert.deepEqual(untold, [])
  const known = new Map(columns.map(({ place, states }) => [place, states]))
  const unknown = Object.entries(TOLD_BY).flatMap(([place, told]) =>
    Object.keys(told).flatMap((state) =>
      known.has(place) && (state === '*' || known.get(place)?.includes(state))
        ? []
        : [`${place} ${state}`],
    ),
  )
  assert.deepEqual(unknown, [], 'listed here, and nowhere in the database')
})

/** What is told of things that come and go, or change without a state. */
const BESIDE: readonly EventType[] = [
  ...ofFaces('claimed'),
  'wallet.created',
  'treasury.deposit.completed',
  'treasury.deposit.reverted',
  'payout_destination.added',
  'payout_destination.removed',
  'conversion.completed',
  'liquidity.moved',
  'settings.confirmations_changed',
  'settings.payout_fees_changed',
  'settings.conversions_changed',
  'cold.wallet.changed',
  'cold.wallet.removed',
  'cold.return.announced',
  'chain.crediting_halted',
  'chain.crediting_resumed',
  'webhook_endpoint.failing',
  'webhook_endpoint.recovered',
  'webhook_endpoint.enabled',
  'webhook_endpoint.deleted',
  'webhook_endpoint.test',
  'webhook_key.created',
]

test('every event of the catalogue tells of a state, or of a thing that comes, goes or changes', () => {
  const ofStates = Object.values(TOLD_BY).flatMap((told) =>
    Object.values(told).flatMap((by) => (typeof by === 'string' ? [] : [...by])),
  )
  const told = new Set<string>([...ofStates, ...BESIDE])
  assert.deepEqual(
    allEventTypes.filter((type) => !told.has(type)),
    [],
  )
  assert.deepEqual(
    BESIDE.filter((type) => ofStates.includes(type)),
    [],
  )
})
