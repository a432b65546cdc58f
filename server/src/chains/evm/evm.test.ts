import { startEvmWorld } from '../../../test/evm-world.ts'
import { adapterSuite } from '../contract.suite.ts'

adapterSuite('EVM on anvil, with traces', { make: () => startEvmWorld(), propertyRuns: 6 })

adapterSuite('EVM on anvil, by balances', {
  make: () => startEvmWorld({ internal: 'balance' }),
  propertyRuns: 3,
})
