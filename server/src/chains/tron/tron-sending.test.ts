import { startTronSendingWorld } from '../../../test/tron-sending-world.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

sendingSuite('Tron', { make: () => startTronSendingWorld(), propertyRuns: 20 })
