import type { EventType } from '../../events/event-types.ts'
import { batchScenarios } from './batches.ts'
import { exceptionScenarios } from './exceptions.ts'
import { paymentScenarios } from './payments.ts'
import { payoutScenarios } from './payouts.ts'
import { settingScenarios } from './settings.ts'
import type { Scenario } from './stage.ts'
import { treasuryScenarios } from './treasury.ts'
import { walletScenarios } from './wallets.ts'
import { worldScenarios } from './world.ts'

/** Everything that can be made to happen in a sandbox. No type is in two of them. */
export const scenarios: readonly Scenario[] = [
  ...paymentScenarios,
  ...exceptionScenarios,
  ...walletScenarios,
  ...payoutScenarios,
  ...batchScenarios,
  ...treasuryScenarios,
  ...worldScenarios,
  ...settingScenarios,
]

/** How an event is brought about; absent: it cannot be, by a command. */
export const scenarioOf = (type: EventType): Scenario | undefined =>
  scenarios.find((one) => one.types.includes(type))
