import assert from 'node:assert/strict'
import { z } from 'zod'
import { resolveAsset } from '../src/money/alias.ts'
import { formatUnits, parseUnits } from '../src/money/amount.ts'
import { units } from '../src/money/units.ts'
import { chartBalances } from '../src/ledger/read-balances.action.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { createPayouts, type Created } from '../src/payouts/create-payouts.action.ts'
import { viewPayouts } from '../src/payouts/read-payouts.action.ts'
import type { PayoutAsked, PayoutOrder } from '../src/payouts/payout-request.ts'
import { readPayouts } from '../src/payouts/payout.store.ts'
import type { PreparedPayout } from '../src/payouts/prepared-payout.ts'
import { verify } from '../src/payouts/verify.action.ts'
import type { Policy } from '../src/payouts/policy.ts'
import { putPolicyInForce } from '../src/payouts/policy.store.ts'
import { bookNow, type Book, type Environment } from '../src/shell/book.ts'
import { inDbTx } from '../src/shell/db.ts'
import { MAIL_PURPOSE } from '../src/shell/mail/queue-mail.action.ts'
import { createApiKey } from '../src/tenancy/api-keys.action.ts'
import { createOrganization } from '../src/tenancy/create-organization.action.ts'
import { upsertPerson } from '../src/tenancy/person.store.ts'
import { giveUnits } from './conversion-world.ts'
import { testDatabase } from './database.ts'
import { testShell } from './shell.ts'

/** A payout that is to be asked for; amounts are test dollars. */
export type Wanted = Readonly<{
  dollars: string
  to?: string
  kind?: PayoutOrder['kind']
  /** Dollars for a test dollar. */
  usd?: string
}>

/** Payouts with everything that stands before their sending, without any chain. */
export type VerificationWorld = Awaited<ReturnType<typeof verificationWorld>>

const Message = z.object({ to: z.string(), text: z.string() })
const asset = resolveAsset({ currency: 'USDT_TRC20' })
/** Where payouts go that say nothing else. */
export const DESTINATION = 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'

/**
 * Makes a world with a database of its own: a million test dollars and two approver keys.
 *
 * @param environment of the book in which everything happens
 */
export async function verificationWorld(
  env: Readonly<Record<string, string>> = {},
  environment: Environment = 'test',
) {
  const database = await testDatabase()
  const shell = testShell(database.db, env)
  const ctx = { ...shell, ledger: createLedger(shell) }
  const organization = await createOrganization(ctx, { name: 'Example Shop' })
  const book = organization[environment]
  await addOwner(ctx, book.orgId)
  const key = async (name: string, isApprover: boolean): Promise<string> =>
    (await createApiKey(ctx, book, { name, isApprover })).keyId
  const keys = {
    maker: await key('maker', false),
    first: await key('first', true),
    second: await key('second', true),
  }
  const gift = { asset, units: parseUnits('1000000', asset.decimals) }
  await giveUnits(ctx, book, { ...gift, purpose: 'merchant.available' })
  const create = (wanted: readonly Wanted[], batch?: 'batch', initiator = keys.maker) =>
    createIn(ctx, book, { wanted, batch, initiator })
  return {
    ctx,
    database,
    organization,
    book,
    keys,
    /** Begins one payout. @returns its id */
    one: async (wanted: Wanted, initiator = keys.maker): Promise<string> => {
      const created = await create([wanted], undefined, initiator)
      return created.kind === 'payout' ? created.payout.payoutId : assert.fail('a batch')
    },
    /** Begins a batch. @returns its id */
    batch: async (wanted: readonly Wanted[]): Promise<string> => {
      const created = await create(wanted, 'batch')
      return created.kind === 'batch' ? created.batch.batchId : assert.fail('no batch')
    },
    statusOf: async (id: string): Promise<string | undefined> =>
      (await readPayouts(ctx.db, book.bookId, [id]))[0]?.status,
    viewOf: async (id: string) =>
      (await viewPayouts(ctx.db, book, await readPayouts(ctx.db, book.bookId, [id])))[0],
    /** The newest mail about something that waits to be sent, and the code in it. */
    mail: (id: string) => waitingMail(ctx, book, id),
    give: (id: string, text: string, kind: 'mailed' | 'totp' = 'mailed') =>
      verify(ctx, { book, id, given: { kind, text } }),
    policy: (policy: Policy) =>
      inDbTx(ctx, (dbTx) => {
        const now = bookNow(ctx.clock, book)
        return putPolicyInForce(dbTx, book.bookId, { policy, now })
      }),
    /** What is available, in dollars. */
    available: async (): Promise<string> => {
      const rows = await chartBalances(ctx.db, book.bookId)
      const own = rows.find((row) => row.purpose === 'merchant.available')
      return formatUnits(units(own?.available ?? 0n), asset.decimals)
    },
    [Symbol.asyncDispose]: async () => {
      await ctx.ledger[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type Ctx = ReturnType<typeof testShell> & Readonly<{ ledger: ReturnType<typeof createLedger> }>

async function addOwner(ctx: Ctx, orgId: string): Promise<void> {
  const email = 'owner@example.com'
  await inDbTx(ctx, (dbTx) =>
    upsertPerson(dbTx, {
      orgId,
      personId: ctx.ids.next('per'),
      emailHash: ctx.sealer.lookupHash('person.email', email),
      sealedEmail: ctx.sealer.seal('person.email', email),
      passwordHash: 'none',
      role: 'owner',
      now: ctx.clock.now(),
    }),
  )
}

async function createIn(
  ctx: Ctx,
  book: Book,
  asked: Readonly<{ wanted: readonly Wanted[]; batch: 'batch' | undefined; initiator: string }>,
): Promise<Created> {
  const payouts = asked.wanted.map((one) => prepared(one, ctx.clock.now()))
  const batch = asked.batch && { reference: undefined, externalId: undefined }
  const order: PayoutOrder = {
    kind: asked.wanted[0]?.kind ?? 'payout',
    initiator: asked.initiator,
    rows: payouts.map((one) => one.asked),
    batch,
  }
  const contentHash = Buffer.alloc(32)
  return inDbTx(ctx, (dbTx) =>
    createPayouts(ctx, dbTx, { book, prepared: { kind: 'new', payouts, order, contentHash } }),
  )
}

/** As if prices, fees and addresses had been looked at. */
function prepared(
  { dollars, to = DESTINATION, kind, usd = '1' }: Wanted,
  at: number,
): PreparedPayout {
  const amount = parseUnits(dollars, asset.decimals)
  const row: PayoutAsked = {
    amount: dollars,
    currency: asset.code,
    network: undefined,
    quoteId: undefined,
    destination: to,
    externalId: undefined,
    customerId: undefined,
    metadata: '{}',
    sourceId: kind === undefined || kind === 'payout' ? undefined : 'wal_1',
    source: { purpose: 'merchant.available' },
  }
  return {
    asked: row,
    contentHash: Buffer.alloc(32),
    asset,
    units: amount,
    feeUnits: units(1n),
    netUnits: units(amount - 1n),
    quoteId: 'fq_1',
    feeMax: units(1n),
    price: { usd, at },
    worthCents: (amount * BigInt(usd)) / 10n ** BigInt(asset.decimals - 2),
    destination: to,
  }
}

async function waitingMail(
  ctx: Ctx,
  { bookId }: Book,
  id: string,
): Promise<Readonly<{ to: string; text: string; code: string }> | undefined> {
  const [row] = await ctx.db.query<{ sealed_message: Buffer }>(
    `select sealed_message from mail where book_id = $1 and object_id = $2 and state = 'waiting'`,
    [bookId, id],
  )
  if (row === undefined) return undefined
  const message = Message.parse(JSON.parse(ctx.sealer.open(MAIL_PURPOSE, row.sealed_message)))
  const [, code = ''] = /^ {4}(\d{6})$/m.exec(message.text) ?? []
  return { ...message, code }
}
