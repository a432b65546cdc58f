import { startBitcoinWorld } from '../../../test/bitcoin-world.ts'
import { adapterSuite } from '../contract.suite.ts'

adapterSuite('Bitcoin on a stand-in', { make: startBitcoinWorld, propertyRuns: 15 })
