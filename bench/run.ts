import { benchConversions } from './conversions.ts'
import { benchDeliveries } from './deliveries.ts'
import { benchHttp } from './http.ts'
import { benchLedger } from './ledger.ts'
import { benchPayouts } from './payouts.ts'
import { benchWatching } from './watching.ts'

// Prints every benchmark as a table. With `--quick` the runs are fewer and shorter: enough to see
// that something broke, not to quote. With `--huge` ten million addresses are watched as well, which
// takes some gigabytes of disk and some minutes.
const quick = process.argv.includes('--quick')
const extent = quick ? { runs: 1, durationMs: 500 } : { runs: 7, durationMs: 2_000 }

// What is brought to its end waits for blocks, and each run for all of it.
const payouts = quick ? extent : { runs: 3, durationMs: 3_000 }

const deliveries = quick ? { runs: 1, events: 500 } : { runs: 5, events: 5_000 }

const sizes = [10_000, 1_000_000, ...(process.argv.includes('--huge') ? [10_000_000] : [])]
const watching = { runs: quick ? 5 : 41, sizes: quick ? [1_000, 100_000] : sizes }

console.log('Ledger against a plain insert of the same rows, PostgreSQL with fsync, medians:\n')
console.log(await benchLedger(extent))
console.log(
  '\nConversions of one organization against bare entries with the same transfers, medians:\n',
)
console.log(await benchConversions(extent))
console.log('\nPayouts of one organization against bare holds of their money, medians:\n')
console.log(await benchPayouts(payouts))
console.log('\nRequests of /v1 against a bare server on the same PostgreSQL, medians:\n')
console.log(await benchHttp(extent))
console.log('\nEvents sent to endpoints against bare posts of the same bodies, medians:\n')
console.log(await benchDeliveries(deliveries))
console.log('\nEmptying deposit addresses on EVM chains:\n')
await import('./sweeps.ts')
console.log('\nA block of 5,000 transfers, 50 of them to us, by watched addresses, medians:\n')
console.log(await benchWatching(watching))
