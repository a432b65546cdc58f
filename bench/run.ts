import { benchHttp } from './http.ts'
import { benchLedger } from './ledger.ts'

// Ratios inside one run: each figure beside the least that could be done on the same machine.
const options = { runs: 5, durationMs: 2_000 }
console.error('Ledger writing against a plain insert of the same rows …')
const ledger = await benchLedger(options)
console.error('Requests against a server that does nothing else …')
const http = await benchHttp(options)
console.log(`\nLedger\n${ledger}\n\nHTTP\n${http}`)
