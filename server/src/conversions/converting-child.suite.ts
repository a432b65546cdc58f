import { testApiCtx } from '../../test/api.ts'
import type { BookId } from '../shell/book.ts'
import { inDbTx, openDb, type Db } from '../shell/db.ts'
import { convert, prepareConversion } from './convert.action.ts'

// The process that the kill test kills: it converts under load, and tells each conversion that was
// done in a line of its own. Arguments: database URL, book, first number.

const CALLERS = 16
const GATHERED = 4

/** Conversions with these numbers, done in one dbTx; the same ones whenever they are asked for. */
export async function convertNumbered(
  db: Db,
  bookId: BookId,
  numbers: readonly number[],
): Promise<void> {
  const ctx = testApiCtx(db)
  const book = { bookId, orgId: 'org', environment: 'test', clockOffsetMs: 0 } as const
  const prepared = await Promise.all(
    numbers.map((number) =>
      prepareConversion(ctx, book, {
        ...{ fromCurrency: 'BTC', fromNetwork: undefined },
        ...{ toCurrency: number % 2 ? 'SOL' : 'USDT_TRC20', toNetwork: undefined },
        amount: `0.0000${1_001 + (number % 97)}`,
        ...{ externalId: `order ${number}`, customerId: undefined, metadata: '{}' },
      }),
    ),
  )
  await inDbTx(ctx, (dbTx) =>
    Promise.all(prepared.map((one) => convert(ctx, dbTx, { book, prepared: one }))),
  )
}

if (import.meta.main) {
  const [url = '', bookId = '', first = '0'] = process.argv.slice(2)
  await using db = openDb(url)
  let next = Number(first)
  const caller = async (): Promise<void> => {
    for (;;) {
      const numbers = Array.from({ length: GATHERED }, (_, place) => next + place)
      next += GATHERED
      await convertNumbered(db, bookId as BookId, numbers)
      process.stdout.write(numbers.map((number) => `${number}\n`).join(''))
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}
