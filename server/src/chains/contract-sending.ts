import type { AssetId, ChainId, Units } from '../money/units.ts'
import type { BlockRef } from './contract.ts'

/** A key of ours: the path from which the signer derives it, and its address on the chain. */
export type OwnKey = Readonly<{ path: string; address: string }>

/**
 * Coins that are to go to an address; `path` when that is one of ours. `name`: what is paid, of
 * which the signer signs one payment for ever, whatever else is in a transaction with it.
 */
export type Payment = Readonly<{ to: string; asset: AssetId; units: Units }> &
  Readonly<{ path?: string; name?: string }>

/** How soon a transaction should be mined, at the price that it takes. */
export type Speed = 'slow' | 'normal' | 'fast'

/**
 * What others of our transactions use up that spend from the same keys and are on their way: signed
 * and not final. A node may not know them, or know them no longer.
 */
export type InFlight = Readonly<{
  /** Never used again: numbers follow on the highest of them, inputs are not among them. */
  slots: readonly string[]
  /** What they take from the keys, fees included: not there to be spent again. */
  spends: readonly Spend[]
}>

/** What a transaction takes from a key of ours. */
export type Spend = Readonly<{ address: string; asset: AssetId; units: Units }>

/** What is to be sent, before the chain was asked what it takes. */
export type SendRequest = Readonly<{
  /**
   * Whose coins are spent. One key on chains with accounts; with outputs as many as are offered:
   * the inputs are chosen among theirs. A batched sweep names every address that is emptied.
   */
  from: readonly [OwnKey, ...OwnKey[]]
  payments: readonly [Payment, ...Payment[]]
  /** Where what is left over goes, on chains with outputs. */
  change?: OwnKey
  /** Whose native coin pays the fee, where the chain lets another than the sender pay it. */
  feePayer?: OwnKey
  /**
   * Everything that the senders hold of the asset of the one payment goes to it, less the fee where
   * that is paid in the same asset. Its units are the least that may arrive.
   */
  everything?: boolean
  /**
   * Nothing is paid: what the chain needs once is put in place, so that everything can be sent to
   * the recipient of the one payment by the treasury's fee. See `ChainSender.needsSetup`.
   */
  setup?: boolean
  /**
   * For estimates: the coins for the fee will be brought to the sender before, and need not be
   * there. Chains where somebody else can pay the fee take no notice.
   */
  feeLater?: boolean
  /** What is on its way from the same keys; known when a transaction is built, and stored nowhere. */
  inFlight?: InFlight
  /**
   * Slots of an earlier transaction for the same payments, whose bytes are lost: this one uses all
   * of them again, so that the two exclude each other. Known when it is built, and stored nowhere.
   */
  reuse?: readonly string[]
  speed: Speed
  /** The most that the fee may be, in the native asset's units. */
  feeMax: Units
}>

/** What a request would cost now. */
export type FeeEstimate = Readonly<{
  /** What will be paid, as far as the chain lets anybody know. */
  fee: Units
  /** What may be paid at most: the limit that is signed. */
  feeMax: Units
}>

/** What a payment of an asset usually costs now, whoever makes it and to whom. */
export type UsualPayment = FeeEstimate &
  Readonly<{
    /** The least that can be paid to an address that has nothing: above dust, enough to exist. */
    least: Units
  }>

/** A transaction without signatures, in the encoding from which the signer reads what it does. */
export type UnsignedTx = Readonly<{
  chain: ChainId
  bytes: Uint8Array
  /** The keys that have to sign it, and those of addresses that it empties without a signature. */
  signers: readonly OwnKey[]
  /** Where its change goes, of those that were offered. */
  change: OwnKey | undefined
  effects: TxEffects
  /** Which network of the chain it is for, where each writes addresses in its own way. */
  network?: 'mainnet' | 'testnet' | 'signet' | 'regtest'
}>

/** One movement of coins that a transaction makes; `all`: whatever the sender then holds. */
export type Move = Readonly<{
  /** Absent on chains with outputs: no input pays for a certain output. */
  from: string | undefined
  to: string
  asset: AssetId
  units: Units | 'all'
}>

/** What a transaction does when it is mined, read from its bytes and nothing else. */
export type TxEffects = Readonly<{
  /** Every movement of coins but the fee, change among them. */
  moves: readonly Move[]
  /** Every address whose signature it needs. */
  spenders: readonly string[]
  feePayer: string | undefined
  /** The most that it can cost its payer, in the native asset's units. */
  feeMax: Units
  /**
   * What it uses up: `nonce:<address>:<number>`, `input:<txid>:<output>` … Of two transactions that
   * share one, only one can ever be mined.
   */
  slots: readonly string[]
  /**
   * What it does besides, in words: an approval, a call nobody knows, a deployment. Whatever has
   * one of these is never signed.
   */
  besides: readonly string[]
  /** The address for whose sweeps it puts in place what they need, and does nothing else. */
  prepares?: string
}>

/** A transaction that can be broadcast, and the name under which the chain will know it. */
export type SignedTx = Readonly<{ chain: ChainId; bytes: Uint8Array; txHash: string }>

/** A key that signs. Its bytes are wiped by whoever derived it. */
export type SigningKey = Readonly<{ address: string; privateKey: Uint8Array }>

/**
 * How one family writes transactions: pure, from bytes to facts and back. Both sides use it: the
 * builder to show what it built, the signer to find out what it is asked to sign.
 */
export type TxCodec = Readonly<{
  /**
   * What an unsigned transaction does.
   * @throws chain.transaction_not_readable
   */
  explain: (chain: ChainId, unsigned: Uint8Array) => TxEffects
  /**
   * Signs with every key that the transaction needs. Signing the same bytes again gives the same
   * transaction hash.
   * @throws chain.transaction_not_readable
   */
  sign: (chain: ChainId, unsigned: Uint8Array, keys: readonly SigningKey[]) => SignedTx
  /**
   * What a signed transaction does, and its hash; signatures that do not verify are refused.
   * @throws chain.transaction_not_readable
   */
  explainSigned: (
    chain: ChainId,
    signed: Uint8Array,
  ) => Readonly<{ txHash: string; effects: TxEffects }>
}>

/** Why a node did not take a transaction. */
export type RefusalReason =
  /** The sender cannot pay for it now. */
  | 'insufficient_funds'
  /** Its nonce or one of its inputs is used already, or another transaction waits for it. */
  | 'slot_taken'
  | 'underpriced'
  /** It was valid for a time that is over. */
  | 'expired'
  | 'invalid'

/** What a node said to a broadcast. `accepted` also when it knew the transaction before. */
export type Broadcast =
  | Readonly<{ kind: 'accepted' }>
  | Readonly<{ kind: 'refused'; reason: RefusalReason; problem: string }>

/** What has become of a transaction, as one node sees it now. */
export type TxState =
  /** The node does not know it; that proves nothing. */
  | Readonly<{ kind: 'unknown' }>
  | Readonly<{ kind: 'waiting' }>
  | Readonly<{
      kind: 'mined'
      block: BlockRef
      /** Whether it did what it was made for; one that failed has paid its fee all the same. */
      succeeded: boolean
      /** What it cost, in the native asset's units. */
      fee: Units
    }>

/** Whether what a transaction uses up can still be used, or is used in a final block. */
export type SlotState = 'free' | 'spent'

/**
 * Sending on one chain. Nothing here signs: `build` gives bytes for the signer, `broadcast` takes
 * what came back. What is stored between is the caller's business.
 *
 * Every verb throws `chain.unreachable` when no node answers in time: for `broadcast` that means
 * that nobody knows.
 */
export type ChainSender = Readonly<{
  /** How many transactions of one key a node lets wait; absent: more than anybody needs. */
  inFlightMax?: number
  /**
   * What the request costs now.
   * @throws chain.insufficient_funds, chain.payment_not_possible
   */
  estimate: (request: SendRequest) => Promise<FeeEstimate>
  /**
   * What one payment of an asset usually takes at the nodes' present prices. No coins are looked
   * at, so it is the same for a sender that has none yet; `feeMax` is enough for a payee that makes
   * it dearer, such as one that has to be opened an account.
   * @throws chain.payment_not_possible where the asset is not sent
   */
  usual: (asset: AssetId, speed: Speed) => Promise<UsualPayment>
  /**
   * Whether something has to be put in place on the chain, by a request with `setup`, before this
   * one can be built. It can be estimated all the same. Absent: never.
   */
  needsSetup?: (request: SendRequest) => Promise<boolean>
  /**
   * A transaction for the request, at the nodes' present prices.
   * @throws chain.insufficient_funds, chain.fee_above_limit, chain.payment_not_possible (below dust
   * or an existential deposit, a recipient that cannot receive, more payments than one transaction
   * holds), chain.replacement_refused where slots cannot be used again
   */
  build: (request: SendRequest) => Promise<UnsignedTx>
  /**
   * Another transaction in the place of one that does not get mined: the same payments, one of the
   * same slots at least, a higher fee as the network demands for a replacement.
   *
   * @param stuck the signed bytes that wait
   * @throws chain.fee_above_limit, chain.replacement_refused
   */
  bump: (stuck: Uint8Array, request: SendRequest) => Promise<UnsignedTx>
  /** Hands signed bytes to every node; repeating it is safe. */
  broadcast: (signed: Uint8Array) => Promise<Broadcast>
  /**
   * @param slots what the transaction uses up, where it is known: where nodes cannot find a
   * transaction by its hash, the slots tell in which blocks it must be
   */
  lookUp: (txHash: string, slots?: readonly string[]) => Promise<TxState>
  /**
   * Whether the slots can still be used, at the chain's final block. When one of a transaction's
   * slots is `spent` and the transaction itself is not in the chain, it will never be mined.
   */
  slotState: (slot: string) => Promise<SlotState>
}>
