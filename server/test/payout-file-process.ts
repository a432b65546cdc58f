import { readFileSync } from 'node:fs'
import { createLedger } from '../src/ledger/ledger.ts'
import { createChains } from '../src/main/chains.ts'
import { fingerprintOf, orderOfFile } from '../src/payouts/batch-file/order-of-file.ts'
import { readPayoutFile } from '../src/payouts/batch-file/read-file.ts'
import { beginFile, checkFile } from '../src/payouts/batch-file/run-file.action.ts'
import { createRates } from '../src/rates/rates.ts'
import { openDb } from '../src/shell/db.ts'
import { booksOf } from '../src/tenancy/organization.store.ts'
import { testShell } from './shell.ts'

// A process that pays a file, for a test that kills it: the database's URL, the organization and
// the file's path are its arguments.

const [url = '', orgId = '', path = ''] = process.argv.slice(2)
const db = openDb(url, {})
const shell = testShell(db)
const ctx = {
  ...shell,
  chains: createChains(shell, []),
  rates: createRates(shell),
  ledger: createLedger(shell),
}
const book = (await booksOf(db, orgId)).find((one) => one.environment === 'test')
if (book === undefined) throw new Error(`${orgId} has no sandbox`)
const bytes = readFileSync(path)
const { rows } = readPayoutFile(bytes)
const name = { fingerprint: fingerprintOf(bytes), run: '1', reference: undefined }
process.stdout.write('checking\n')
const check = await checkFile(ctx, book, orderOfFile(rows, name))
process.stdout.write('beginning\n')
if (check.kind === 'new') await beginFile(ctx, book, check.prepared)
process.stdout.write('begun\n')
await ctx.ledger[Symbol.asyncDispose]()
await db[Symbol.asyncDispose]()
