import type { AssetId, Units } from '../money/units.ts'
import type { ChainAdapter } from './contract.ts'
import type { Sending, SendKind } from './sandbox-node.ts'

/**
 * A chain that a test can play, with the adapter that looks at it. A fresh one for each test; its
 * tip is high enough that a block with one confirmation is neither safe nor final. Nothing is mined
 * but by `mine` and `reorg`.
 */
export type AdapterWorld = AsyncDisposable &
  Readonly<{
    adapter: ChainAdapter
    /** Another adapter on the same node, as after a restart of ours. */
    reopen: () => Promise<ChainAdapter>
    /** The native asset first, then one of each sort of token: usual, returning nothing … */
    assets: readonly [AssetId, ...AssetId[]]
    /** The asset with which this chain can play a kind; a kind without one is skipped, visibly. */
    kinds: Readonly<Partial<Record<SendKind, AssetId>>>
    /** Texts that are no address of this chain: of other networks, with a wrong checksum. */
    badAddresses: readonly string[]
    /** A public key of this chain's curve; absent where that is secp256k1. */
    publicKey?: Uint8Array
    /** `hidden`: nodes of this chain show nothing that waits. */
    mempool?: 'hidden'
    /** The largest amount that can be sent here; at least 10 ** 15 where the chain has as much. */
    unitsMax: Units
    /** A valid address that was never used, in its canonical form. */
    newAddress: () => string
    /**
     * Brings one chain transaction that pays all of them (the chain's way: outputs, a contract that
     * batches) into the mempool. What pays for it is never short, and no transaction depends on
     * another: each one can be dropped alone.
     * @returns its hash
     */
    send: (kind: SendKind, sendings: readonly [Sending, ...Sending[]]) => Promise<string>
    /** Mines so many blocks; the first takes everything that waits in the mempool. */
    mine: (blocks: number) => Promise<void>
    /**
     * Replaces the last `depth` blocks by as many others. Transactions in `drop` never come back;
     * the others are in one of the new blocks, or in the next one mined.
     */
    reorg: (depth: number, drop: readonly string[]) => Promise<void>
    /** Takes a transaction out of the mempool. */
    drop: (txHash: string) => Promise<void>
    /** Replaces a `replaceable` transaction that waits by one that pays a stranger. */
    replace: (txHash: string) => Promise<void>
    /** Makes the node unreachable, or reachable again. */
    halt: (halted: boolean) => Promise<void>
  }>

/** Makes a fresh world; also says how many random runs of the property test it can afford. */
export type AdapterWorldMaker = Readonly<{
  make: () => Promise<AdapterWorld>
  propertyRuns: number
}>
