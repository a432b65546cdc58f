import { test } from 'node:test'
import { realBitcoind } from '../../../test/bitcoind.ts'
import { startBitcoindWorld } from '../../../test/bitcoind-world.ts'
import { sendingSuite } from '../contract-sending.suite.ts'
import { adapterSuite } from '../contract.suite.ts'

const binary = realBitcoind()

if (binary === undefined) {
  const why = 'BITCOIND names no program, and COFFER_REAL_BITCOIND=download was not asked for'
  test('the whole of both suites on a real bitcoind', { skip: why })
} else {
  adapterSuite('Bitcoin on a real bitcoind', {
    make: () => startBitcoindWorld(binary, 'p2wpkh'),
    propertyRuns: 5,
  })
  for (const kind of ['p2wpkh', 'p2tr'] as const) {
    sendingSuite(`Bitcoin on a real bitcoind, ${kind}`, {
      make: () => startBitcoindWorld(binary, kind),
      propertyRuns: 10,
    })
  }
}
