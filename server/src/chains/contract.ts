import type { AssetId, ChainId, Units } from '../money/units.ts'

/** A block by its place and its identity. */
export type BlockRef = Readonly<{ height: number; hash: string }>

/**
 * How sure a transfer is: `seen` in the mempool, `confirmed` in a block, `safe` and `final` as the
 * chain's finality rule says (its own tags, or a depth).
 */
export type Level = 'seen' | 'confirmed' | 'safe' | 'final'

/** Coins that arrived at an address: one amount of one asset in one chain transaction. */
export type ChainTransfer = Readonly<{
  txHash: string
  /**
   * Tells apart two transfers of one transaction, and stays the same when the transaction is mined
   * again in another block: `value`, `output:0` (the n-th output), `log:0` (the n-th transfer log
   * of its transaction), `internal:0`, `balance` (a difference no transaction explains; txHash is then
   * the block's).
   */
  index: string
  from: string | undefined
  to: string
  asset: AssetId
  /** What really arrived, > 0: for a fee-on-transfer token less than what was sent. */
  units: Units
  /** The block that holds it; absent while it waits in the mempool. */
  block: BlockRef | undefined
  /**
   * Of one that waits, on chains where transactions say so: whether it may be replaced, by its own
   * word (BIP-125). One that says no may be replaced all the same.
   */
  replaceable?: boolean
}>

/** What of the addresses that a scan meets is ours; asked once per block with all of them. */
export type Watch = Readonly<{
  ours: (addresses: readonly string[]) => Promise<ReadonlySet<string>>
  /** Addresses that may be paid by a contract right now: their coin balances are compared. */
  expecting: () => Promise<readonly string[]>
}>

/** What came after a block: more blocks (none when it is the tip), or it is no longer there. */
export type Scan =
  | Readonly<{
      kind: 'blocks'
      /** Every block after the cursor in order, at most `blocksMax` of them. */
      blocks: readonly BlockRef[]
      transfers: readonly ChainTransfer[]
    }>
  | Readonly<{ kind: 'forked' }>

/** The newest block, and the heights up to which blocks are safe and final. */
export type Tips = Readonly<{ latest: BlockRef; safeHeight: number; finalHeight: number }>

/** What a text is, as an address of this chain. `address` is its one canonical form. */
export type AddressCheck =
  Readonly<{ kind: 'valid'; address: string }> | Readonly<{ kind: 'invalid'; reason: string }>

/**
 * One chain as seen through one node (or several of the same network). It holds no keys and no
 * state of ours, and never decides: it looks. Sending is another contract, `contract-sending.ts`.
 *
 * Every verb throws `chain.unreachable` when no node answers in time.
 */
export type ChainAdapter = Readonly<{
  chain: ChainId
  /** How often looking again is worth it, in ms. */
  pollMs: number
  tips: () => Promise<Tips>
  /** The block of the best chain at this height; absent above the tip. */
  blockAt: (height: number) => Promise<BlockRef | undefined>
  scan: (from: BlockRef, watch: Watch, blocksMax: number) => Promise<Scan>
  /** Transfers to our addresses that wait in the mempool, as far as this node shows it. */
  pending: (watch: Watch) => Promise<readonly ChainTransfer[]>
  /** @param height the balance after that block; the node must still know it */
  balanceOf: (address: string, asset: AssetId, height: number) => Promise<Units>
  checkAddress: (text: string) => AddressCheck
  /** @param publicKey compressed secp256k1 key, 33 bytes; ed25519 or sr25519 key, 32 bytes */
  addressOf: (publicKey: Uint8Array) => string
  /** Its addresses are Taproot's, which are made of account keys of their own (BIP-86). */
  isTaproot?: boolean
}>

/** The level of a transfer in a block at `height` when the chain's tips are these. */
export function levelAt(height: number, tips: Tips): Exclude<Level, 'seen'> {
  if (height <= tips.finalHeight) return 'final'
  return height <= tips.safeHeight ? 'safe' : 'confirmed'
}
