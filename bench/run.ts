import { benchHttp } from './http.ts'
import { benchLedger } from './ledger.ts'

// Prints every benchmark as a table. With `--quick` the runs are fewer and shorter: enough to see
// that something broke, not to quote.
const quick = process.argv.includes('--quick')
const extent = quick ? { runs: 1, durationMs: 500 } : { runs: 7, durationMs: 2_000 }

console.log('Ledger against a plain insert of the same rows, PostgreSQL with fsync, medians:\n')
console.log(await benchLedger(extent))
console.log('\nRequests of /v1 against a bare server on the same PostgreSQL, medians:\n')
console.log(await benchHttp(extent))
console.log('\nEmptying deposit addresses on EVM chains:\n')
await import('./sweeps.ts')
