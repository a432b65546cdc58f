import { z } from 'zod'
import { caughtMails } from '../../sandbox/catch-mail.action.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { timeText } from './payment-shapes.ts'

/** `GET /v1/sandbox/mails` */
export const sandboxMails = route({
  method: 'GET',
  tag: 'Sandbox',
  sandboxOnly: true,
  path: '/v1/sandbox/mails',
  summary: 'Read the mail that was caught',
  description:
    'Mail of a sandbox goes to a mail server of its own and no further: here are the one-time codes of your payouts.',
  query: z.strictObject(pageQuery),
  reply: {
    200: z.array(
      z.strictObject({
        id: z.string().meta({ examples: ['mail_01K9'] }),
        to: z.string(),
        subject: z.string(),
        text: z.string(),
        code: z.string().nullable().describe('The one-time code in it.'),
        payout_id: z.string().describe('The payout, or the batch, that it is about.'),
        created_at: timeText,
      }),
    ),
  },
  errors: ['sandbox.mail_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { mails, total, next } = await caughtMails(ctx, book, query)
    return {
      status: 200,
      data: mails.map(({ mailId, to, subject, text, code, objectId, createdAt }) => ({
        id: mailId,
        to,
        subject,
        text,
        code: code ?? null,
        payout_id: objectId,
        created_at: new Date(createdAt).toISOString(),
      })),
      pagination: pagination(query, total, next),
    }
  },
})
