import { describe } from 'node:test'
import { effectTests } from './contract-sending-effects.suite.ts'
import { inFlightTests } from './contract-sending-in-flight.suite.ts'
import { paymentTests } from './contract-sending-payments.suite.ts'
import { slotTests } from './contract-sending-slots.suite.ts'
import { troubleTests } from './contract-sending-troubles.suite.ts'
import { usualTests } from './contract-sending-usual.suite.ts'
import type { SendingWorldMaker } from './contract-sending-world.suite.ts'

/**
 * What every sender and codec must do (H26). Adopt it beside the reading suite:
 * `sendingSuite('Bitcoin on regtest', { make: startBitcoinSendingWorld, propertyRuns: 20 })`.
 */
export function sendingSuite(name: string, worlds: SendingWorldMaker): void {
  describe(`${name}, sending`, () => {
    paymentTests(worlds)
    usualTests(worlds)
    effectTests(worlds)
    slotTests(worlds)
    inFlightTests(worlds)
    troubleTests(worlds)
  })
}
