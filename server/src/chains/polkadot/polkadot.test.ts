import { startPolkadotReadingWorld, startPolkadotWorld } from '../../../test/polkadot-world.ts'
import { adapterSuite } from '../contract.suite.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

adapterSuite('Asset Hub on its stand-in', { make: startPolkadotReadingWorld, propertyRuns: 5 })
sendingSuite('Asset Hub on its stand-in', { make: () => startPolkadotWorld(), propertyRuns: 10 })
