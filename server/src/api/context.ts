import type { AddressSource } from '../custody/address-source.ts'
import type { Chains } from '../custody/chains.ts'
import type { TellHalt } from '../custody/halt-crediting.action.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Rates } from '../rates/rates.ts'
import type { SandboxNodes } from '../sandbox/nodes.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Outbound } from '../shell/outbound/outbound.client.ts'

/** What the rooms offer to routes, beside the machine: one line each. */
type Ports = Readonly<{
  addresses: AddressSource
  chains: Chains
  ledger: Ledger
  nodes: SandboxNodes
  outbound: Outbound
  rates: Rates
  tellHalt: TellHalt
}>

/** What a route's handler may ask for; handlers narrow it with `Pick` (H10). */
export type ApiCtx = ShellCtx & Ports
