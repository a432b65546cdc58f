import { startEvmSendingWorld } from '../../../test/evm-sending-world.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

sendingSuite('EVM on anvil', { make: () => startEvmSendingWorld(), propertyRuns: 20 })
