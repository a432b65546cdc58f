import { endowmentDeposit } from '../conversions/endow-liquidity.action.ts'
import { createAddressSource, type AddressSource } from '../custody/address-source.ts'
import type { Chains } from '../custody/chains.ts'
import type { DepositHandlers } from '../custody/deposit.ts'
import type { Faucet } from '../custody/faucet.ts'
import type { TellHalt } from '../custody/halt-crediting.action.ts'
import { signerClient, type Signer } from '../custody/signer.client.ts'
import { createTreasury, type Treasury } from '../custody/treasury-key.action.ts'
import type { EventsPlaced } from '../events/sequence.action.ts'
import { createLedger, type Ledger } from '../ledger/ledger.ts'
import { depositHandler } from '../payments/take-deposit.action.ts'
import { marketsFrom } from '../rates/markets.ts'
import { createRates, type Rates } from '../rates/rates.ts'
import { createSandboxNodes } from '../sandbox/sandbox-nodes.ts'
import { createFaucet } from '../sandbox/faucet.action.ts'
import { treasuryDeposit } from '../sandbox/treasury-deposit.action.ts'
import type { SandboxNodes } from '../sandbox/nodes.ts'
import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { ChainId } from '../money/units.ts'
import { systemClock } from '../shell/clock.ts'
import type { Config } from '../shell/config.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Db } from '../shell/db.ts'
import { createIds } from '../shell/ids.ts'
import type { JobSeen } from '../shell/job-loop.ts'
import { createLog } from '../shell/log.ts'
import { createOutbound, type Outbound } from '../shell/outbound/outbound.client.ts'
import { outboundRules } from '../shell/outbound/outbound-url.ts'
import { createResolver } from '../shell/outbound/resolve-name.client.ts'
import { createSealer } from '../shell/sealer.ts'
import { giveCode } from '../custody/outgoing/give-code.action.ts'
import { coldReturns } from '../sweeps/cold/cold-returns.action.ts'
import { toldDeposits } from '../sweeps/told-deposits.action.ts'
import { walletDeposits } from '../wallets/credit-deposit.action.ts'
import type { GiveSignerCode } from '../payouts/give-signer-code.action.ts'
import { createMeters, type Meters } from '../shell/telemetry/meters.ts'
import { tracedDb } from '../shell/telemetry/traced-db.ts'
import { createChains, type RealChain } from './chains.ts'
import { observedChains } from './observe/chains.ts'
import { countedLedger, countedSigner, eventsPlaced, jobSeen } from './observe/observe.ts'
import { processMeters, type ProcessMeters } from './observe/process-meters.ts'
import { tracedSigner } from './observe/traced.ts'
import { sendingCtx } from './sending.ts'
import { tellHalt } from './tell-halt.ts'

/** All that the rooms offer, made once by ordinary calls. */
export type PlatformCtx = ShellCtx &
  Readonly<{
    ledger: Ledger
    rates: Rates
    chains: Chains
    nodes: SandboxNodes
    signer: Signer
    addresses: AddressSource
    outbound: Outbound
    handlers: DepositHandlers
    treasury: Treasury
    faucet: Faucet
    tellHalt: TellHalt
    giveSignerCode: GiveSignerCode
    signedBefore: Signer['signed']
    meters: Meters
    counts: ProcessMeters
    jobSeen: JobSeen
    placed: EventsPlaced
  }>

/** What the context is made from. */
export type PlatformParts = Readonly<{
  config: Config
  db: Db
  masterKey: Uint8Array
  signerSocket: string
  realChains: readonly RealChain[]
  /** The other side of real chains that stand on this machine. */
  localNodes: ReadonlyMap<ChainId, SandboxNode>
}>

/** Makes the context of a process. The ledger's writer is the one part that must be disposed. */
export function buildContext(parts: PlatformParts): PlatformCtx {
  const { config } = parts
  const meters = createMeters()
  const counts = processMeters(meters)
  const isTracing = config.otlpEndpoint !== ''
  const db = isTracing ? tracedDb(parts.db) : parts.db
  const clock = systemClock
  const shell: ShellCtx = {
    config,
    clock,
    ids: createIds(clock),
    log: createLog(config.logLevel),
    db,
    sealer: createSealer(parts.masterKey),
  }
  const ledger = countedLedger(
    counts,
    createLedger(shell, (entries) => counts.batches.observe(entries)),
  )
  const chains = observedChains(createChains(shell, parts.realChains), counts)
  const outbound = createOutbound({ clock, resolve: createResolver() })
  const markets = marketsFrom(config.rateSources, { outbound, rules: outboundRules('live') })
  const signer = countedSigner(counts, tracedSigner(signerClient(parts.signerSocket)))
  const nodes = createSandboxNodes({ ...shell, chains }, parts.localNodes)
  const treasury = createTreasury({ ...shell, chains, signer })
  const rooms = {
    ...shell,
    ledger,
    rates: createRates(shell, markets),
    chains,
    nodes,
    signer,
    signedBefore: signer.signed,
    addresses: createAddressSource({ ...shell, chains, signer }),
    outbound,
    handlers: {
      payment: depositHandler({ ...shell, ledger, chains }),
      wallet: walletDeposits({ ...shell, chains }),
      treasury: toldDeposits(shell, coldReturns(endowmentDeposit(treasuryDeposit))),
    },
    tellHalt: tellHalt(shell),
    treasury,
    faucet: createFaucet({ ...shell, chains, nodes, treasury }),
    meters,
    counts,
    jobSeen: jobSeen(counts),
    placed: eventsPlaced(counts),
  }
  return {
    ...rooms,
    giveSignerCode: (object, code) => giveCode(sendingCtx(rooms), object, code),
  }
}
