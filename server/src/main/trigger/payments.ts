import type { EventType } from '../../events/event-types.ts'
import { textIn } from '../server/members.ts'
import {
  DAY_S,
  FINAL,
  firstOf,
  fork,
  mine,
  pay,
  posted,
  times,
  wait,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// What happens to payments under each of their faces.

type Face = Readonly<{
  path: string
  body: Readonly<Record<string, string>>
  type: (
    change:
      | 'created'
      | 'confirming'
      | 'confirmed'
      | 'expired'
      | 'underpaid'
      | 'overpaid'
      | 'late'
      | 'wrong_asset'
      | 'reverted'
      | 'updated',
  ) => EventType
  /** What it is again when a fork took back what was confirming. */
  pending: EventType
}>

const amount = '100'

const FACES: readonly Face[] = [
  {
    path: '/v1/payments',
    body: { amount, fiat_currency: 'USD' },
    type: (change) => `payment.${change}`,
    pending: 'payment.awaiting_payment',
  },
  {
    path: '/v1/checkout/sessions',
    body: { amount, currency: 'USD', product_name: 'Something to try' },
    type: (change) => `checkout.session.${change}`,
    pending: 'checkout.session.pending',
  },
  {
    path: '/v1/invoices',
    body: { amount, currency: 'USD' },
    type: (change) => `invoice.${change}`,
    pending: 'invoice.pending',
  },
]

/** Somebody may pay this much to this address. */
type Open = Readonly<{ object: string; address: string; amount: string }>

/** Opens a payment in one asset. */
export async function opened(
  stage: Stage,
  { path, body }: Pick<Face, 'path' | 'body'>,
  asset = 'BTC',
): Promise<Open> {
  const made = await posted(stage, path, { ...body, accepted_assets: [asset] })
  const detail = firstOf(made, 'payment_details')
  const [address, due] = [textIn(detail, 'address'), textIn(detail, 'amount')]
  return { object: textIn(made, 'id'), address, amount: due }
}

/** A payment, for scenarios about something that comes after it. */
export const openedPayment = (
  stage: Stage,
  { usd = amount, asset = 'BTC' }: Readonly<{ usd?: string; asset?: string }> = {},
): Promise<Open> =>
  opened(stage, { path: '/v1/payments', body: { amount: usd, fiat_currency: 'USD' } }, asset)

const paid = (face: Face): Scenario => ({
  types: [face.type('created'), face.type('confirming'), face.type('confirmed')],
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    yield { type: face.type('created'), object }
    await pay(stage, { ...asked, confirmations: 1 })
    yield { type: face.type('confirming'), object }
    await mine(stage, FINAL)
    yield { type: face.type('confirmed'), object }
  },
})

const short = (face: Face): Scenario => ({
  types: [face.type('underpaid'), face.type('updated')],
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    const part = { ...asked, amount: times(asked.amount, 1n, 4n), confirmations: FINAL }
    await pay(stage, part)
    yield { type: face.type('underpaid'), object }
    await pay(stage, part)
    yield { type: face.type('updated'), object }
  },
})

const over = (face: Face): Scenario => ({
  types: [face.type('overpaid')],
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    await pay(stage, { ...asked, amount: times(asked.amount, 2n), confirmations: FINAL })
    yield { type: face.type('overpaid'), object }
  },
})

const late = (face: Face): Scenario => ({
  types: [face.type('expired'), face.type('late')],
  touches: 'moves the clock of the sandbox an hour ahead',
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    await wait(stage, 3_660)
    yield { type: face.type('expired'), object }
    await pay(stage, { ...asked, confirmations: FINAL })
    yield { type: face.type('late'), object }
  },
})

const foreign = (face: Face): Scenario => ({
  types: [face.type('wrong_asset')],
  play: async function* (stage): Play {
    const { object, address } = await opened(stage, face, 'USDT_BSC')
    const other = { currency: 'USDC', network: 'BSC', amount: '100' }
    await pay(stage, { address, ...other, confirmations: FINAL })
    yield { type: face.type('wrong_asset'), object }
  },
})

const forked = (face: Face): Scenario => ({
  types: [face.pending],
  touches: "forks the sandbox's Bitcoin",
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    const from = await mine(stage, 1)
    const txHash = await pay(stage, { ...asked, confirmations: 1 })
    yield { type: face.type('confirming'), object }
    await fork(stage, { from, drop: [txHash] })
    yield { type: face.pending, object }
  },
})

const reverted = (face: Face): Scenario => ({
  types: [face.type('reverted')],
  touches: "forks the sandbox's Bitcoin",
  play: async function* (stage): Play {
    const { object, ...asked } = await opened(stage, face)
    const from = await mine(stage, 1)
    const txHash = await pay(stage, { ...asked, confirmations: FINAL })
    yield { type: face.type('confirmed'), object }
    await fork(stage, { from, drop: [txHash] })
    yield { type: face.type('reverted'), object }
  },
})

const claimed: Scenario = {
  types: ['checkout.session.claimed', 'checkout.session.failed'],
  touches: 'moves the clock of the sandbox a day ahead',
  play: async function* (stage): Play {
    const body = { amount, currency: 'USD', product_name: 'Something to try' }
    const { object } = await opened(stage, { path: '/v1/checkout/sessions', body })
    await posted(stage, `/v1/checkout/sessions/${object}/verify`, { currency: 'BTC' })
    yield { type: 'checkout.session.claimed', object }
    await wait(stage, DAY_S)
    yield { type: 'checkout.session.failed', object }
  },
}

/** Everything that can be made to happen to payments, checkout sessions and invoices. */
export const paymentScenarios: readonly Scenario[] = [
  ...FACES.flatMap((face) => [
    paid(face),
    short(face),
    over(face),
    late(face),
    foreign(face),
    forked(face),
    reverted(face),
  ]),
  claimed,
]
