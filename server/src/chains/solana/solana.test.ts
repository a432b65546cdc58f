import { startSolanaWorld } from '../../../test/solana-world.ts'
import { adapterSuite } from '../contract.suite.ts'

adapterSuite('Solana', { make: startSolanaWorld, propertyRuns: 12 })
