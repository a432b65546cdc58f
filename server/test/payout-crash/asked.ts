import assert from 'node:assert/strict'
import { reconcile } from '../../src/custody/reconcile.action.ts'
import { verifyLedger } from '../../src/ledger/verify.action.ts'
import type { Units } from '../../src/money/units.ts'
import type { PayoutCtx } from './context.ts'
import type { Field, Payer } from './field.ts'
import type { Order } from './order.ts'

/** A payout that somebody wants, to an address at which nothing else ever arrives. */
export type Asked = Readonly<{ payer: Payer; order: Order }>

/** Wants a payout to a fresh address. */
export const newOrder = ({ ctx, stage, freshAddress }: Field): Order => ({
  name: ctx.ids.next('order'),
  to: freshAddress(),
  currency: stage.asset.id,
  amount: stage.amount,
})

type Row = Readonly<{ status: string; net_units: Units }>

/**
 * The chain paid it once, whatever the books say; they say that it is completed.
 *
 * @param ctx whose database says so
 */
export async function assertPaidOnce(field: Field, ctx: PayoutCtx, asked: Asked): Promise<void> {
  assert.equal(await assertEndedOnce(field, ctx, asked), 'completed', asked.order.name)
}

/** The chain paid it once, or not at all and it has failed. @returns what became of it */
export async function assertEndedOnce(
  field: Field,
  ctx: PayoutCtx,
  { payer, order }: Asked,
): Promise<string> {
  const rows = await ctx.db.query<Row>(
    'select status, net_units from payout where book_id = $1 and external_id = $2',
    [payer.book.bookId, order.name],
  )
  const [row] = rows
  assert.ok(row !== undefined && rows.length === 1, order.name)
  assert.match(row.status, /^(completed|failed)$/, order.name)
  const wanted = row.status === 'completed' ? row.net_units : 0n
  assert.equal(await field.heldAt(payer, order.to), wanted, `${order.name} has ${row.status}`)
  return row.status
}

/**
 * What the books say is held is what lies at our addresses; nothing is on its way, no key is taken,
 * and the ledger proves itself.
 */
export async function assertBooksEqualTheChain(field: Field, ctx = field.ctx): Promise<void> {
  await field.look(ctx)
  for (const { book } of field.payers) {
    const { assets } = await reconcile(ctx, book, field.stage.asset.chain)
    assert.deepEqual(
      assets.filter((one) => one.difference !== 0n),
      [],
      book.bookId,
    )
  }
  const inFlight = await ctx.db.query(
    `select book_id from account
     where purpose = 'payouts.in_flight' and (posted, pending_debits, pending_credits) <> (0, 0, 0)`,
  )
  assert.deepEqual(inFlight, [])
  assert.deepEqual(await ctx.db.query('select address from sending_key'), [])
  const proof = await verifyLedger(ctx)
  assert.equal(proof.kind, 'whole', JSON.stringify(proof))
}
