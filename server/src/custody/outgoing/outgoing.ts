import type { Realm } from '../../chains/contract-book-chain.ts'
import type { SendRequest } from '../../chains/contract-sending.ts'
import type { BlockRef } from '../../chains/contract.ts'
import type { ChainId, Units } from '../../money/units.ts'
import type { Book, BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx } from '../../shell/db.ts'
import type { SigningIntent } from '../signer.client.ts'

/** What a transaction of ours is for. */
export type OutgoingKind = 'sweep' | 'setup' | 'gas' | 'payout' | 'cold'

/**
 * How far it is. Up to `built` no signature exists; `signed` bytes are stored and were shown to
 * nobody; `sent`: a node may have them; `mined`: in a block; `final` and `failed` are ends, and
 * `failed` is a proof that none of its transactions will ever be mined.
 */
export type OutgoingState = 'planned' | 'built' | 'signed' | 'sent' | 'mined' | 'final' | 'failed'

/** Which transaction of ours. */
export type OutgoingKey = Readonly<{ book_id: BookId; outgoing_id: string }>

/** What something goes out for: each thing is sent once. */
export type OutgoingObject = Readonly<{ bookId: BookId; kind: OutgoingKind; objectId: string }>

/** What is said of something that waits for the signer's second factor, and only of that. */
export const CODE_WANTED =
  'it needs the second factor: give the code that the authenticator shows now'

/** Where the transaction is in the chain. */
export type Mined = Readonly<{
  attempt: number
  block: BlockRef
  /** Whether it did what it was made for. */
  succeeded: boolean
  /** In the native asset's units. */
  fee: Units
}>

/** What is to be sent, as whoever wants it says. */
export type OutgoingRequest = SendRequest &
  Readonly<{
    /**
     * What is held for the payments: the most that they may turn out to have paid, where the signer
     * signed them before and nobody else remembers. Absent: whatever they paid is booked.
     */
    paidMax?: Units
  }>

/** Something that goes out, as it is stored. */
export type Outgoing = Readonly<{
  outgoingId: string
  bookId: BookId
  realm: Realm
  chain: ChainId
  kind: OutgoingKind
  /** What it is for, by that feature's id. */
  objectId: string
  request: OutgoingRequest
  state: OutgoingState
  problem: string | undefined
  mined: Mined | undefined
  lostLooks: number
  /** Since when it could not be paid for, try after try; absent: nothing says so. */
  poorSince: Instant | undefined
  createdAt: Instant
  /** When it is gone on with; absent at its end, and while it waits for somebody. */
  dueAt: Instant | undefined
}>

/**
 * What is known of a broadcast. `begun`: its first one goes on, or its answer was lost; `repeated`:
 * it was handed over again after that, so that a refusal proves nothing; `refused`: every node
 * refused it the only time; `earlier`: it was signed before this database knew of it, its bytes are
 * lost, and it may be out.
 */
export type BroadcastMark = 'begun' | 'repeated' | 'accepted' | 'refused' | 'earlier'

/** One transaction that was made for it. */
export type Attempt = Readonly<{
  attempt: number
  /** Its bytes, and what the signer is told of it; absent: it was made `earlier`. */
  made: Readonly<{ unsigned: Uint8Array; intent: SigningIntent }> | undefined
  slots: readonly string[]
  signed: Uint8Array | undefined
  txHash: string | undefined
  broadcast: BroadcastMark | undefined
  madeAt: Instant
}>

/** What became of something that went out, at its end. */
export type OutgoingEnd =
  | Readonly<{ kind: 'final'; txHash: string; mined: Mined }>
  /** No coins moved and none will; nothing was paid for it. */
  | Readonly<{ kind: 'failed'; problem: string }>

/** Books the end of what a feature sent, in the dbTx that ends it. Told once. */
export type OutgoingHandler = (
  dbTx: DbTx,
  book: Book,
  ended: Readonly<{ outgoing: Outgoing; end: OutgoingEnd }>,
) => Promise<void>

/** Who books the ends of each kind that is sent. */
export type OutgoingHandlers = Readonly<Partial<Record<OutgoingKind, OutgoingHandler>>>

/** How long a transaction may wait in the mempool before it is replaced by one that pays more. */
export const BUMP_AFTER_MS = 3 * 60_000

/** Most transactions made for one thing; the last one waits for as long as it takes. */
export const ATTEMPTS_MAX = 8

/**
 * How often in a row a final block must use its nonce or inputs, while no node knows any of its
 * transactions, until that is a proof: one look may have met a node that lags.
 */
export const LOST_LOOKS = 3

/** Whether what it pays leaves the addresses of ours; everything else moves between these. */
export const leavesUs = (kind: OutgoingKind): boolean => kind === 'payout' || kind === 'cold'

/** Most transactions of one key that wait for their blocks side by side. */
export const IN_FLIGHT_MAX = 64

/** The addresses that something is sent from, whoever pays its fee among them. */
export const sendersOf = ({ from, feePayer }: SendRequest): readonly string[] =>
  [...from, ...(feePayer === undefined ? [] : [feePayer])].map(({ address }) => address)

/**
 * The addresses from which nothing else is sent before the end: those that are emptied. What is
 * sent besides would leave less to send, or arrive where it is sent away again.
 */
export const emptiedBy = ({ from, feePayer, everything }: SendRequest): readonly string[] =>
  everything === true
    ? from.map(({ address }) => address).filter((one) => one !== feePayer?.address)
    : []

/** Whether a transaction may have reached a node. */
export const mayBeOut = ({ broadcast }: Pick<Attempt, 'broadcast'>): boolean =>
  broadcast !== undefined && broadcast !== 'refused'

/** Whether the waiting transaction should be replaced by one that pays more. */
export function wantsBump(attempts: readonly Attempt[], now: Instant): boolean {
  const newest = attempts.at(-1)
  return (
    newest !== undefined &&
    attempts.length < ATTEMPTS_MAX &&
    now - newest.madeAt >= BUMP_AFTER_MS * attempts.length
  )
}
