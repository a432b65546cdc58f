import { startTronWorld } from '../../../test/tron-world.ts'
import { adapterSuite } from '../contract.suite.ts'

adapterSuite('Tron', { make: () => startTronWorld(), propertyRuns: 6 })
