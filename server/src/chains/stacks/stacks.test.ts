import { startStacksWorld } from '../../../test/stacks-world.ts'
import { adapterSuite } from '../contract.suite.ts'
import { sendingSuite } from '../contract-sending.suite.ts'

adapterSuite('Stacks on its stand-in', { make: startStacksWorld, propertyRuns: 20 })
sendingSuite('Stacks on its stand-in', { make: startStacksWorld, propertyRuns: 20 })
