import type { AddressSource } from '../custody/address-source.ts'
import type { Chains } from '../custody/chains.ts'
import type { Faucet } from '../custody/faucet.ts'
import type { TellHalt } from '../custody/halt-crediting.action.ts'
import type { SendOutgoingCtx } from '../custody/outgoing/standing.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { GiveSignerCode } from '../payouts/give-signer-code.action.ts'
import type { Rates } from '../rates/rates.ts'
import type { SandboxNodes } from '../sandbox/nodes.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Outbound } from '../shell/outbound/outbound.client.ts'

/** What the rooms offer to routes, beside the machine: one line each. */
type Ports = Readonly<{
  addresses: AddressSource
  chains: Chains
  faucet: Faucet
  giveSignerCode: GiveSignerCode
  ledger: Ledger
  nodes: SandboxNodes
  outbound: Outbound
  rates: Rates
  signedBefore: SendOutgoingCtx['signedBefore']
  tellHalt: TellHalt
  treasury: Treasury
}>

/** What a route's handler may ask for; handlers narrow it with `Pick` (H10). */
export type ApiCtx = ShellCtx & Ports

/**
 * The same for work in a dbTx. The pool is not part of it: who holds a connection and asks for a
 * second one waits for ever as soon as all others do so too.
 */
export type TxCtx = Omit<ApiCtx, 'db'>
