import type { AssetId, Units } from '../money/units.ts'
import type { ChainSender, OwnKey, Payment, SigningKey, TxCodec } from './contract-sending.ts'
import type { AdapterWorld } from './contract-world.suite.ts'

/** A key of a test: the sender is shown its address, the codec signs with the rest. */
export type WorldKey = OwnKey & SigningKey

/** What a chain lets a sender do; a test of what it does not is skipped, visibly. */
export type SendingAbilities = Readonly<{
  /** A waiting transaction can be replaced by one that pays more; elsewhere `bump` refuses. */
  replaces: boolean
  /** Two transactions built from the same state use up the same nonce or output. */
  sharesSlots: boolean
  /** `lookUp` tells `waiting` from `unknown`. */
  showsWaiting: boolean
  /** Another than the sender can pay the fee: `SendRequest.feePayer`. */
  feePayers: boolean
}>

/** How a chain empties many keys by one transaction. */
export type Gather = Readonly<{
  assets: readonly AssetId[]
  to: string
  /** The fee is paid by another key; otherwise it is taken from what is gathered. */
  feePayer: boolean
}>

/**
 * A chain on which a test can also send: the world of the reading suite, in which coins of our own
 * are spent. `adapter` and `sender` look at the same node. A fresh world for each test.
 *
 * Keys, requests and amounts are made by the suite; the world says only what differs from chain to
 * chain. `assets` of the reading world are those that are sent here, the native one first.
 */
export type SendingWorld = AdapterWorld &
  Readonly<{
    sender: ChainSender
    codec: TxCodec
    can: SendingAbilities
    /** A key that was never used; its address exists on the chain only once it is funded. */
    newKey: () => WorldKey
    /** Exactly so much comes to an address, mined, so that a sender can spend it at once. */
    fund: (to: string, asset: AssetId, units: Units) => Promise<void>
    /** The least that a fresh address can be paid: above dust, an existential deposit, a rent. */
    unitsMin: (asset: AssetId) => Units
    /** So much of any asset that a key can make every payment of a test and pay its fee. */
    plenty: Units
    /** A fee limit that no honest transaction of the suite comes near; below `plenty` / 10. */
    feeMax: Units
    /** The most payments that one transaction can hold. */
    paymentsMax: number
    /**
     * Payments that the chain cannot carry out: below dust, to what cannot receive … Besides these
     * the suite tries every one of `badAddresses`, and nothing at all.
     */
    unpayable: () => Promise<readonly Payment[]>
    /** From now on requests reach the node and its answers are lost; or all is well again. */
    loseAnswers: (lost: boolean) => Promise<void>
    /** Where transactions are valid for a time: lets it pass, final blocks included. */
    expire?: () => Promise<void>
    /** Absent where each key is emptied by a transaction of its own. */
    gather?: Gather
    /**
     * What the library that everybody uses reads from unsigned bytes: whom they pay, change left
     * out; undefined when it refuses them. It must be another code path than the codec's.
     */
    readByOthers?: (unsigned: Uint8Array) => readonly Payment[] | undefined
  }>

/** Makes a fresh world; also says how many random runs of each property it can afford. */
export type SendingWorldMaker = Readonly<{
  make: () => Promise<SendingWorld>
  propertyRuns: number
}>
