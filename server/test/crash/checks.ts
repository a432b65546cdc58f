import assert from 'node:assert/strict'
import { systemClock } from '../../src/shell/clock.ts'
import type { Db } from '../../src/shell/db.ts'
import type { V1Client } from '../v1-client.ts'

const LOOKS_MAX = 1_200
const LOOK_MS = 100

/** What goes out is mined in one block and final in another: this often more blocks are mined. */
const LOOKS_A_MINING = 20

/** Makes every deposit and every sweep final and waits until nothing is left to do. */
export async function settle(db: Db, client: V1Client): Promise<void> {
  let last: unknown
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (looks % LOOKS_A_MINING === 0) await mineAll(client)
    const [left] = await db.query<Record<string, number>>(`select
      (select count(*) from deposit where due_at is not null or level in ('seen', 'confirmed', 'safe')
         or level is null) as deposits,
      (select count(*) from outgoing where state not in ('final', 'failed')) as outgoing,
      (select count(*) from event where position is null) as events,
      (select count(*) from unsealed) as entries`)
    if (left !== undefined && Object.values(left).every((one) => one === 0)) return
    last = left
    await systemClock.sleep(LOOK_MS)
  }
  assert.fail(`still under way: ${JSON.stringify(last)}`)
}

async function mineAll(client: V1Client): Promise<void> {
  for (const network of ['BSC', 'Bitcoin', 'Tron']) {
    const answer = await client.post('/v1/sandbox/chains/mine', { network, blocks: 40 })
    assert.equal(answer.status, 200, answer.text)
  }
}

/** Each acknowledged payment exists, and no request made a second one. */
export async function everyPaymentIsThereOnce(
  db: Db,
  acknowledged: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = await db.query<{ payment_id: string }>('select payment_id from payment')
  const ids = [...acknowledged.values()].sort()
  assert.equal(new Set(ids).size, ids.length, 'two requests were given one payment')
  assert.deepEqual(rows.map((row) => row.payment_id).sort(), ids)
}

/**
 * What the books hold in custody is what the winning chains paid to our addresses and did not take
 * from them, asset by asset.
 */
export async function booksEqualTheChain(db: Db): Promise<void> {
  const onChain = await db.query<{ asset: string; units: bigint }>(`
    select asset, sum(units) as units from (
      select moved.asset, case when ours.address = moved.to_address then moved.units else 0 end
        - case when ours.address = moved.from_address then moved.units else 0 end as units
      from simulated_transfer moved
      join simulated_tx tx using (book_id, chain, tx_hash)
      join deposit_address ours on ours.book_id = moved.book_id
        and ours.address in (moved.to_address, moved.from_address)
      where tx.state = 'mined' and not tx.phantom) one
    group by asset having sum(units) <> 0 order by asset`)
  const inBooks = await db.query<{ asset: string; units: bigint }>(`
    select asset, -sum(posted) as units from account
    where purpose = 'custody' group by asset having sum(posted) <> 0 order by asset`)
  assert.ok(onChain.length > 0, 'nothing was paid')
  assert.deepEqual(inBooks, onChain)
}

/** Every payment's change has one event, numbered without a gap; so has the log of the book. */
export async function everyChangeWasTold(db: Db): Promise<void> {
  const gaps = await db.query(`
    select object_id from event group by book_id, object_id
    having max(sequence) <> count(*) or min(sequence) <> 1`)
  assert.deepEqual(gaps, [])
  const places = await db.query(`
    select book_id from event group by book_id
    having max(position) <> count(*) or count(distinct position) <> count(*)`)
  assert.deepEqual(places, [])
  const untold = await db.query(`
    select p.payment_id, p.status from payment p
    left join event e on e.book_id = p.book_id and e.object_id = p.payment_id
    group by p.book_id, p.payment_id, p.status
    having count(*) filter (where e.type = 'checkout.session.created') <> 1
      or p.status = 'confirmed'
        and count(*) filter (where e.type = 'checkout.session.confirmed') = 0`)
  assert.deepEqual(untold, [])
  // A fork below what was final unmakes a payment, which may then be confirmed anew: but never
  // twice
  // without a word in between.
  const twice = await db.query(`
    select object_id, sequence from (
      select object_id, sequence, type,
        lag(type) over (partition by book_id, object_id order by sequence) as before
      from event) told
    where type = 'checkout.session.confirmed' and before = type`)
  assert.deepEqual(twice, [])
}

/** Payments whose own final deposits cover the price are confirmed, and no others. */
export async function paidIsConfirmed(db: Db): Promise<void> {
  const wrong = await db.query(`
    select p.payment_id, p.status from payment p
    where (p.status = 'confirmed') <> exists (
      select 1 from payment_option o join deposit d
        on d.book_id = o.book_id and d.owner_id = o.payment_id and d.asset = o.asset
      where o.book_id = p.book_id and o.payment_id = p.payment_id and d.level = 'final')`)
  assert.deepEqual(wrong, [])
}

/**
 * Each sweep came to an end: with exactly one mined transaction where it is completed, with none
 * where it failed. No key is reserved any more.
 *
 * @returns how many were completed
 */
export async function everySweepIsMinedOnce(db: Db): Promise<number> {
  const sweeps = await db.query<{ sweep_id: string; state: string; mined: number }>(`
    select s.sweep_id, s.state, count(tx.tx_hash) as mined
    from sweep s
    left join outgoing o on o.book_id = s.book_id and o.kind = 'sweep' and o.object_id = s.sweep_id
    left join outgoing_attempt a on a.book_id = o.book_id and a.outgoing_id = o.outgoing_id
    left join simulated_tx tx on tx.book_id = a.book_id and tx.chain = a.chain
      and tx.tx_hash = a.tx_hash and tx.state = 'mined'
    group by s.book_id, s.sweep_id, s.state`)
  const wrong = sweeps.filter(
    (one) => one.state === 'sending' || one.mined !== (one.state === 'completed' ? 1 : 0),
  )
  assert.deepEqual(wrong, [])
  assert.deepEqual(await db.query('select address from sending_key'), [], 'a key stays reserved')
  return sweeps.filter((one) => one.state === 'completed').length
}
