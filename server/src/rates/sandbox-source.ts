import { bookNow } from '../shell/book.ts'
import type { RateSource } from './rate-source.ts'
import { sandboxDefaults } from './sandbox-defaults.ts'
import { readSandboxPrices } from './sandbox-price.store.ts'

/** The prices of a sandbox: what its owner set, else the defaults; always as of now. */
export const sandboxSource: RateSource = {
  name: 'sandbox',
  observe: async (ctx, { book, currencies }) => {
    const set = await readSandboxPrices(ctx.db, book.bookId, currencies)
    const known = new Map([
      ...sandboxDefaults,
      ...set.map((one) => [one.currency, one.usd] as const),
    ])
    const observedAt = bookNow(ctx.clock, book)
    return currencies.flatMap((currency) => {
      const usd = known.get(currency)
      return usd === undefined
        ? []
        : [{ source: 'sandbox', currency, pricedIn: 'USD', price: usd, observedAt }]
    })
  },
}
