import { startBitcoinSendingWorld } from '../../../test/bitcoin-sending-world.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

sendingSuite('Bitcoin on a stand-in, P2WPKH', {
  make: () => startBitcoinSendingWorld('p2wpkh'),
  propertyRuns: 30,
})

sendingSuite('Bitcoin on a stand-in, P2TR', {
  make: () => startBitcoinSendingWorld('p2tr'),
  propertyRuns: 15,
})
