import type { PostResult } from './result.ts'
import type { AccountSpec, Entry, Movement, Transfer } from './transfer.ts'

// The ledger in a few lines of arithmetic, one entry after the other, as a reader of the rules
// would
// write it down. It shares no code with the real one.

type Counts = { debits: bigint; credits: bigint; debitsHeld: bigint; creditsHeld: bigint }

type HeldTransfer = Readonly<{ movement: Movement; ended: boolean }>

/** The balances of a book and the entries in it. */
export type ReferenceLedger = Readonly<{
  post: (entry: Entry) => PostResult['kind']
  /** posted, held debits and held credits of every account that was used. */
  sums: () => ReadonlyMap<string, readonly [bigint, bigint, bigint]>
}>

type State = Readonly<{
  specs: Map<string, AccountSpec>
  counts: Map<string, Counts>
  holds: Map<string, HeldTransfer>
}>

class Refused extends Error {
  readonly kind: PostResult['kind']
  constructor(kind: PostResult['kind']) {
    super(kind)
    this.kind = kind
  }
}

/** An empty book. */
export function referenceLedger(): ReferenceLedger {
  let state: State = { specs: new Map(), counts: new Map(), holds: new Map() }
  const booked = new Map<string, string>()
  return {
    post: (entry) => {
      const content = JSON.stringify(entry, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      )
      const before = booked.get(entry.externalId)
      if (before !== undefined) return before === content ? 'exists' : 'exists_different'
      const trial = structuredClone(state)
      try {
        for (const [index, transfer] of entry.transfers.entries()) {
          apply(trial, transfer, `${entry.externalId} ${index}`)
        }
      } catch (error) {
        if (error instanceof Refused) return error.kind
        throw error
      }
      state = trial
      booked.set(entry.externalId, content)
      return 'posted'
    },
    sums: () =>
      new Map(
        [...state.counts].map(([id, one]) => [
          id,
          [one.credits - one.debits, one.debitsHeld, one.creditsHeld],
        ]),
      ),
  }
}

function apply(state: State, transfer: Transfer, name: string): void {
  if (transfer.kind === 'post' || transfer.kind === 'void') return end(state, transfer)
  const [debit, credit] = [use(state, transfer.debit), use(state, transfer.credit)]
  if (transfer.kind === 'pending') {
    debit.debitsHeld += transfer.units
    credit.creditsHeld += transfer.units
    state.holds.set(name, { movement: transfer, ended: false })
  } else {
    debit.debits += transfer.units
    credit.credits += transfer.units
  }
  check(transfer.debit, debit)
  check(transfer.credit, credit)
}

function end(state: State, transfer: Extract<Transfer, { kind: 'post' | 'void' }>): void {
  const name = `${transfer.pending.externalId} ${transfer.pending.transfer}`
  const hold = state.holds.get(name)
  if (hold === undefined) throw new Refused('pending_unknown')
  const { movement } = hold
  const amount = transfer.kind === 'void' ? 0n : (transfer.units ?? movement.units)
  if (amount > movement.units) throw new Refused('pending_exceeded')
  if (hold.ended) throw new Refused('pending_ended')
  state.holds.set(name, { movement, ended: true })
  const [debit, credit] = [use(state, movement.debit), use(state, movement.credit)]
  debit.debitsHeld -= movement.units
  credit.creditsHeld -= movement.units
  debit.debits += amount
  credit.credits += amount
}

function use(state: State, spec: AccountSpec): Counts {
  const counts = state.counts.get(spec.accountId) ?? {
    debits: 0n,
    credits: 0n,
    debitsHeld: 0n,
    creditsHeld: 0n,
  }
  state.specs.set(spec.accountId, spec)
  state.counts.set(spec.accountId, counts)
  return counts
}

function check({ flags }: AccountSpec, one: Counts): void {
  const spent =
    flags.normal === 'credit' ? one.debits + one.debitsHeld : one.credits + one.creditsHeld
  const had = flags.normal === 'credit' ? one.credits : one.debits
  if (flags.overdraft === 'refused' && spent > had) throw new Refused('insufficient_balance')
  const most = 10n ** 78n
  const net = one.credits - one.debits
  const isTooLarge = [net, -net, one.debitsHeld, one.creditsHeld].some((sum) => sum >= most)
  if (isTooLarge) throw new Refused('invalid')
}
