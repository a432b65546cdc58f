import assert from 'node:assert/strict'
import { assertBooksEqualTheChain, assertPaidOnce, newOrder } from './asked.ts'
import type { Field } from './field.ts'
import type { Report } from './messages.ts'
import { workAndDie, workAndLag, workToTheEnd, type Shift } from './rounds.ts'
import type { Counted } from './steps.ts'

/** How many payouts each book asks for at once, and which steps there are. */
export type Load = Readonly<{ ordersEach: number; counted: Counted }>

/** The steps after a change outside alone are more than that, on every chain. */
const STEPS_LEAST = 20

function newShift(field: Field, { ordersEach, counted }: Load, first: number): Shift {
  const books = field.payers.map((payer, place) => ({
    ...{ payer, holdBefore: first + place },
    orders: Array.from({ length: ordersEach }, () => newOrder(field)),
  }))
  return { counted, books }
}

async function assertAllPaidOnce(field: Field, { books }: Shift): Promise<void> {
  for (const { payer, orders } of books) {
    for (const order of orders) await assertPaidOnce(field, field.ctx, { payer, order })
  }
}

/** What becomes of the process whose work is held; the shift is done in the end. */
export type Fate = (field: Field, shift: Shift) => Promise<Report['books']>

/** It is killed; then another process goes on, which is asked for the same again. */
export const killed: Fate = async (field, shift) => {
  const report = await workAndDie(field, shift)
  await workToTheEnd(field, shift)
  return report
}

/** It stands still for long: another does all of it, and then it goes on where it was. */
export const lagging: Fate = workAndLag

/**
 * Has this happen before every step of the path, from the request to the end, one after the other
 * until a run ends without it. Each time it is another payout, and it is paid exactly once.
 *
 * @returns the names of the steps
 */
export async function atEveryStep(
  field: Field,
  load: Load,
  fate: Fate,
): Promise<readonly string[]> {
  const names: string[] = []
  for (let first = 1; ; first += field.payers.length) {
    const shift = newShift(field, load, first)
    const report = await fate(field, shift)
    await assertAllPaidOnce(field, shift)
    const held = report.flatMap((one) => one.held ?? [])
    names.push(...held)
    if (held.length === report.length) continue
    await assertBooksEqualTheChain(field)
    assert.ok(names.length > STEPS_LEAST, `only ${names.length} steps were seen`)
    return names
  }
}
