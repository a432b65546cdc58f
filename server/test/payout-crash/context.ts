import { parseNodeConfig } from '../../src/chains/node-config.ts'
import type { Chains } from '../../src/custody/chains.ts'
import type { Faucet } from '../../src/custody/faucet.ts'
import { signerClient, type Signer } from '../../src/custody/signer.client.ts'
import { createTreasury, type Treasury } from '../../src/custody/treasury-key.action.ts'
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts'
import { createChains } from '../../src/main/chains.ts'
import { createRates, type Rates } from '../../src/rates/rates.ts'
import { systemClock, type Clock } from '../../src/shell/clock.ts'
import { readConfig } from '../../src/shell/config.ts'
import type { ShellCtx } from '../../src/shell/context.ts'
import type { Db } from '../../src/shell/db.ts'
import { createIds } from '../../src/shell/ids.ts'
import { createLog } from '../../src/shell/log.ts'
import { createSealer } from '../../src/shell/sealer.ts'

/** What the work of payouts needs, as `main` would wire it. */
export type PayoutCtx = ShellCtx &
  Readonly<{
    chains: Chains
    signer: Signer
    treasury: Treasury
    ledger: Ledger
    rates: Rates
    faucet: Faucet
  }>

/** Where the outside of the process is: two processes with the same see the same world. */
export type Outside = Readonly<{
  databaseUrl: string
  /** The database in which the simulated chains live, apart from the platform's own. */
  chainUrl: string
  /** COFFER_CHAINS: real nodes, in place of the simulated chain of their network. */
  nodes: string
  signerSocket: string
}>

/** A busy machine's signer may take long. */
const SIGNER_MS = 120_000

/** The chains of an outside. */
export function chainsOf(outside: Outside, chainDb: Db, clock: Clock): Chains {
  const real = parseNodeConfig(outside.nodes).map(({ environment, connect, agreeAbove }) => ({
    ...{ environment, agreeAbove },
    nodes: connect({ clock: systemClock }),
  }))
  return createChains({ db: chainDb, clock }, real)
}

/** The signer of an outside. */
export const signerOf = ({ signerSocket }: Outside): Signer => signerClient(signerSocket, SIGNER_MS)

/** Treasuries are full here: nobody asks for gas. */
const noFaucet: Faucet = {
  fill: () => Promise.reject(new Error('a full treasury was to be filled')),
}

/** Wires the ports to a context. */
export function contextOf(
  ports: Readonly<{ db: Db; clock: Clock; chains: Chains; signer: Signer }>,
): PayoutCtx {
  const { db, clock, chains, signer } = ports
  const shell: ShellCtx = {
    ...{ db, clock },
    config: readConfig({ PORT: '0' }),
    ids: createIds(clock),
    log: createLog('error'),
    sealer: createSealer(new Uint8Array(32).fill(7)),
  }
  const treasury = createTreasury({ ...shell, chains, signer })
  const ledger = createLedger(shell)
  return { ...shell, chains, signer, treasury, ledger, rates: createRates(shell), faucet: noFaucet }
}
