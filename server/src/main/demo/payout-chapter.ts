import { z } from 'zod'
import { parseUnits } from '../../money/amount.ts'
import type { Terminal } from '../terminal.ts'
import type { Merchant } from './merchant.client.ts'

/** What the chapter needs: the merchant's client, and how to wait. */
export type PayoutChapter = Readonly<{
  shop: Merchant
  sleep: (ms: number) => Promise<void>
  currency: string
  network: string
}>

const FUNDS = '10000'
const AMOUNT = '6000'
/** Of the test dollar. */
const DECIMALS = 6
/** The second account of the local node: somebody outside. */
const SUPPLIER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const LOOK_MS = 150
const LOOKS_MAX = 800

const Payout = z.looseObject({
  payout_id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  tx_hash: z.string().nullable(),
  net_amount: z.number(),
  estimated_fee: z.number(),
})

const Mail = z.looseObject({
  payout_id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  code: z.string().nullable(),
})
type Mail = z.infer<typeof Mail>

/** Pays a supplier so much that its owner must agree: the code is mailed, given, and it is sent. */
export async function tellPayout(chapter: PayoutChapter, terminal: Terminal): Promise<void> {
  const { shop, currency, network } = chapter
  terminal.heading('A payout that needs a code')
  const funding = terminal.step(`Top up the balance with ${FUNDS} ${currency}`)
  await shop.post('/v1/sandbox/funds', { currency, network, amount: FUNDS })
  await until(chapter, async () => (await availableOf(chapter)) >= parseUnits(AMOUNT, DECIMALS))
  funding.done('available')

  const asking = terminal.step(`Pay a supplier ${AMOUNT} ${currency} (POST /v1/payouts)`)
  const asked = await shop.post('/v1/payouts', {
    amount: AMOUNT,
    currency,
    network,
    destination_address: SUPPLIER,
  })
  const { payout_id: id, status } = Payout.parse(dataOf(asked))
  asking.done(`${id}, ${status}: from 5 000 dollars on its owner must agree`)

  const mailing = terminal.step('The mail to the owner (GET /v1/sandbox/mails)')
  const mail = await until(chapter, () => mailAbout(chapter, id))
  mailing.done(`to ${mail.to}`)
  for (const line of mail.text.split('\n')) terminal.line(`    │ ${line}`)

  const verifying = terminal.step('Give the code (POST /v1/payouts/:id/verify)')
  const verified = await shop.post(`/v1/payouts/${id}/verify`, { otp_code: mail.code })
  verifying.done(String(Object(verified).message ?? 'verified, on its way'))
  await watchPayout(chapter, id, terminal)
}

async function watchPayout(chapter: PayoutChapter, id: string, terminal: Terminal): Promise<void> {
  const step = terminal.step('On its way')
  const ended = await until(chapter, async () => {
    const payout = Payout.parse(dataOf(await chapter.shop.get(`/v1/payouts/${id}`)))
    step.update(`${payout.status}${payout.problem === null ? '' : `, ${payout.problem}`}`)
    return payout.status === 'processing' ? undefined : payout
  })
  if (ended.status !== 'completed') throw new Error(`the payout is ${ended.status}`)
  const { tx_hash: hash, net_amount: net, estimated_fee: fee } = ended
  step.done(`completed: ${net} ${chapter.currency} arrived, fee ${fee}, ${hash?.slice(0, 18)}…`)
}

async function availableOf({ shop, currency }: PayoutChapter): Promise<bigint> {
  const Balance = z.looseObject({ currency: z.string(), available: z.string() })
  const held = z.array(Balance).parse(dataOf(await shop.get('/v1/balance')))
  return parseUnits(held.find((one) => one.currency === currency)?.available ?? '0', DECIMALS)
}

async function mailAbout({ shop }: PayoutChapter, id: string): Promise<Mail | undefined> {
  const mails = z.array(Mail).parse(dataOf(await shop.get('/v1/sandbox/mails')))
  return mails.find((one) => one.payout_id === id)
}

/** Looks until there is something. */
async function until<T>(
  { sleep }: PayoutChapter,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await sleep(LOOK_MS)
  }
  throw new Error('it did not come in time; the log says why')
}

const dataOf = (answer: unknown): unknown => Object(answer).data
