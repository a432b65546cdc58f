import { z } from 'zod'
import { openPayment, preparePayment } from '../../payments/open-payment.action.ts'
import { readFrame } from '../../payments/read-frame.action.ts'
import { emailOf, findPayment, listPayments } from '../../payments/read-payments.action.ts'
import { brief, invoiceSnapshot } from '../../payments/snapshot.ts'
import { route } from '../route.ts'
import { Invoice, InvoiceInList } from './face-shapes.ts'
import { pageQuery, pagination } from './page.ts'
import {
  OPENING_ERRORS,
  acceptedAssets,
  asked,
  customerId,
  filterOf,
  idParams,
  line,
  metadata,
  paymentFilter,
  url,
} from './payment-shapes.ts'

/** `POST /v1/invoices` */
export const createInvoice = route({
  method: 'POST',
  path: '/v1/invoices',
  summary: 'Create an invoice',
  description: 'The hosted page behind `hosted_url` is not part of this version yet.',
  tag: 'Invoices',
  together: true,
  body: z.strictObject({
    amount: asked,
    currency: line(200),
    customer_email: z.email().max(254).optional(),
    description: z
      .string()
      .max(2_000)
      .regex(/^[^\p{Cc}\n\t]*$|^(?:[^\p{Cc}]|[\n\r\t])*$/u, 'It holds control characters.')
      .optional(),
    redirect_url: url,
    callback_url: url,
    accepted_assets: acceptedAssets,
    customer_id: customerId,
    metadata,
  }),
  example: {
    amount: 100.5,
    currency: 'USD',
    customer_email: 'payer@example.com',
    description: 'Yearly plan',
    redirect_url: 'https://shop.example/paid',
    customer_id: 'user_998877',
    metadata: { order_id: 'ORD-500' },
  },
  reply: { 201: Invoice },
  errors: OPENING_ERRORS,
  prepare: async (ctx, { principal: { book }, body }) => {
    const prepared = await preparePayment(ctx, book, {
      face: 'invoice',
      amount: body.amount,
      currency: body.currency,
      acceptedAssets: body.accepted_assets,
      productName: undefined,
      description: body.description,
      customerId: body.customer_id,
      customerEmail: body.customer_email,
      metadata: body.metadata,
      urls: { redirect_url: body.redirect_url, callback_url: body.callback_url },
    })
    return async (dbTx, ctx) => {
      const invoice = await openPayment(ctx, dbTx, { book, prepared })
      const snapshot = invoiceSnapshot(
        invoice,
        await readFrame({ ...ctx, db: dbTx }, book, [invoice]),
      )
      const data = { ...snapshot, customer_email: body.customer_email ?? null }
      return { status: 201, message: 'Invoice created', data }
    }
  },
})

/** `GET /v1/invoices` */
export const listInvoices = route({
  method: 'GET',
  path: '/v1/invoices',
  summary: 'List invoices',
  tag: 'Invoices',
  query: z.strictObject({ ...pageQuery, ...paymentFilter }),
  reply: { 200: z.array(InvoiceInList) },
  errors: ['payments.place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const filter = { ...filterOf(query), face: 'invoice' } as const
    const listed = await listPayments(ctx, book, { filter, place: query })
    const frame = await readFrame(ctx, book, listed.items)
    return {
      status: 200,
      data: listed.items.map((one) => brief(invoiceSnapshot(one, frame))),
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/invoices/:id` */
export const getInvoice = route({
  method: 'GET',
  path: '/v1/invoices/:id',
  summary: 'Fetch an invoice',
  tag: 'Invoices',
  params: idParams,
  reply: { 200: Invoice },
  errors: ['payments.payment_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const invoice = await findPayment(ctx, book, { id: params.id, face: 'invoice' })
    const snapshot = invoiceSnapshot(invoice, await readFrame(ctx, book, [invoice]))
    return { status: 200, data: { ...snapshot, customer_email: emailOf(ctx, invoice) } }
  },
})
