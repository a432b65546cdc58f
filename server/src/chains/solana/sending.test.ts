import { startSolanaSendingWorld } from '../../../test/solana-sending-world.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

sendingSuite('Solana', { make: startSolanaSendingWorld, propertyRuns: 25 })
