import { z } from 'zod'
import { entriesByObject } from '../../ledger/read-entries.action.ts'
import { depositsOf } from '../../custody/read-custody.action.ts'
import { formatUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import type { Platform } from '../platform.ts'
import type { Sandbox } from '../sandbox-file.ts'
import type { Terminal } from '../terminal.ts'
import { merchant, type Merchant } from './merchant.client.ts'
import { payer } from './payer.client.ts'
import { tellPayout } from './payout-chapter.ts'
import { openShop, type Shop } from './shop.ts'

/** Where the story plays: a platform with its sandbox and its local node. */
export type Stage = Readonly<{ platform: Platform; sandbox: Sandbox; nodeUrl: string }>

const Session = z.looseObject({
  id: z.string(),
  status: z.string(),
  checkout_url: z.string(),
  confirmations: z.number().optional(),
  payment_details: z.array(
    z.looseObject({ currency: z.string(), address: z.string(), amount: z.string() }),
  ),
})
type Session = z.infer<typeof Session>

const Balances = z.object({
  data: z.array(z.looseObject({ currency: z.string(), available: z.string() })),
})

const LOOK_MS = 150
const LOOKS_MAX = 800
const TEST_DOLLAR = 'TUSD'
const TEST_DOLLAR_DECIMALS = 6

/** Pays one checkout session for real, then a supplier, and shows what happens meanwhile. */
export async function tellStory(stage: Stage, terminal: Terminal): Promise<void> {
  const { platform, sandbox, nodeUrl } = stage
  const shop = merchant(sandbox.url, sandbox.access.secret_key)
  await using receiver = await openShop(sandbox.access.webhook_secret)

  terminal.heading('The first payment')
  const before = await balanceOf(shop)
  const session = await openSession(shop, receiver, terminal)
  const option = session.payment_details.find((one) => one.currency === TEST_DOLLAR)
  if (option === undefined) throw new Error('the session cannot be paid in test dollars')

  const paying = terminal.step('Pay it with a token transfer on the EVM node')
  const units = toUnits(option.amount)
  const txHash = await payer(nodeUrl).pay(option.address, units)
  paying.done(`${option.amount} ${TEST_DOLLAR} to ${option.address} in ${txHash.slice(0, 18)}…`)

  await watchConfirmations(stage, { shop, session, terminal })
  await waitForWebhook(platform, receiver, terminal)
  await showJournal(stage, session.id, terminal)
  const after = await balanceOf(shop)
  terminal.heading('Balance')
  terminal.table(
    ['', 'available'],
    [
      ['before', `${before} ${TEST_DOLLAR}`],
      ['after', `${after} ${TEST_DOLLAR}`],
    ],
  )
  const { sleep } = platform.ctx.clock
  await tellPayout({ shop, sleep, currency: TEST_DOLLAR, network: 'Anvil' }, terminal)
  terminal.heading('Webhooks that the shop received')
  terminal.table(
    ['event', 'signature'],
    receiver.heard.map((one) => [one.event, one.verified ? 'verified' : 'WRONG']),
  )
}

async function openSession(shop: Merchant, receiver: Shop, terminal: Terminal): Promise<Session> {
  const step = terminal.step('Create a checkout session (signed POST /v1/checkout/sessions)')
  const created = await shop.post('/v1/checkout/sessions', {
    amount: 250.5,
    currency: 'USD',
    product_name: 'Premium plan, a year',
    customer_id: 'user_998877',
    metadata: { order_id: 'ORD-500' },
    accepted_assets: ['BTC', 'USDT_BSC', TEST_DOLLAR],
    callback_url: receiver.url,
  })
  const session = Session.parse(dataOf(created))
  step.done(`${session.id}, 250.5 USD`)
  terminal.table(
    ['asset', 'amount', 'address'],
    session.payment_details.map((one) => [one.currency, one.amount, one.address]),
  )
  return session
}

async function watchConfirmations(
  { platform }: Stage,
  at: Readonly<{ shop: Merchant; session: Session; terminal: Terminal }>,
): Promise<void> {
  const step = at.terminal.step('Confirmations')
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const path = `/v1/checkout/sessions/${at.session.id}`
    const session = Session.parse(dataOf(await at.shop.get(path)))
    step.update(`${session.confirmations ?? 0}, ${session.status}`)
    if (session.status === 'confirmed') {
      return step.done(`${session.confirmations ?? 0}, the payment is final and confirmed`)
    }
    await platform.ctx.clock.sleep(LOOK_MS)
  }
  throw new Error('the payment was not confirmed in time; the log says why')
}

async function waitForWebhook(
  { ctx }: Platform,
  receiver: Shop,
  terminal: Terminal,
): Promise<void> {
  const step = terminal.step('Webhook')
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const confirmed = receiver.heard.find((one) => one.event === 'checkout.session.confirmed')
    if (confirmed?.verified === true) {
      return step.done('checkout.session.confirmed arrived, its signature is right')
    }
    await ctx.clock.sleep(LOOK_MS)
  }
  throw new Error('the webhook did not arrive in time; GET /v1/events shows its attempts')
}

async function showJournal(
  { platform, sandbox }: Stage,
  sessionId: string,
  terminal: Terminal,
): Promise<void> {
  const { db } = platform.ctx
  const { bookId } = sandbox.organization.test
  const deposits = await depositsOf(db, bookId, { kind: 'payment', id: sessionId })
  const pages = await Promise.all(
    deposits.map((one) => entriesByObject(db, { bookId, object: one.depositId }, { limit: 100 })),
  )
  terminal.heading('Journal')
  terminal.table(
    ['entry', 'debit', 'credit', 'amount'],
    pages.flatMap(({ entries }) =>
      entries.flatMap((entry) =>
        entry.transfers.map(({ debit, credit, asset, units }) => [
          entry.operation,
          debit.purpose,
          credit.purpose,
          formatUnits(units, knownAsset(asset).decimals),
        ]),
      ),
    ),
  )
}

async function balanceOf(shop: Merchant): Promise<string> {
  const { data } = Balances.parse(await shop.get('/v1/balance'))
  return data.find((one) => one.currency === TEST_DOLLAR)?.available ?? '0'
}

const dataOf = (answer: unknown): unknown => Object(answer).data

function toUnits(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(TEST_DOLLAR_DECIMALS, '0'))
}
