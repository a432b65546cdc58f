import { define } from '../define.ts'

const why = {
  no_source: 'no source quotes it',
  too_few_sources: 'too few sources quote it',
  disagreed: 'its sources are too far apart',
  stale: 'what its sources quote is too old',
  jumped: 'it has moved further than is believable in so short a time',
} as const

/** Refusals of `rates`. */
export const rateErrors = {
  'rates.rate_unavailable': define<{ currency: string; reason: keyof typeof why }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `There is no rate for ${c.currency} right now: ${why[c.reason]}. Try again shortly.`,
  }),
  'rates.price_out_of_range': define({
    status: 400,
    retry: 'changed',
    say: () => 'A price lies between 10^-18 and 10^18 US dollars for a whole unit.',
  }),
  'rates.price_not_settable': define<{ currency: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The price of ${c.currency} in US dollars is 1 and cannot be set.`,
  }),
}
