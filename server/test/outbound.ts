import type { Clock } from '../src/shell/clock.ts'
import { createOutbound, type Outbound } from '../src/shell/outbound/outbound.client.ts'

/** The guarded client, for receivers on this machine: a name that is to be resolved is a mistake. */
export const testOutbound = (clock: Clock): Outbound =>
  createOutbound({
    clock,
    resolve: (name) => Promise.reject(new Error(`nobody planned to ask for ${name}`)),
  })
