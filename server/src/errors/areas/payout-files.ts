import { define } from '../define.ts'

/** Refusals of files of payouts. */
export const payoutFileErrors = {
  'payouts.file_not_readable': define<{ problem: string }>({
    status: 422,
    retry: 'changed',
    say: (c) => `This is no file of payouts that can be read: ${c.problem}.`,
  }),
}
