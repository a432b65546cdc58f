import type { Move, TxEffects } from '../chains/contract-sending.ts'
import { AppError } from '../errors/app-error.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Intent, IntentPayment } from './intent.ts'
import type { OwnKey } from './own-keys.ts'

/** What an intent's addresses of ours were proved to be. */
export type Proved = Readonly<{
  keys: readonly OwnKey[]
  change: OwnKey | undefined
  setup: OwnKey | undefined
  /** By the payments that have a path, in the intent's order; absent for the others. */
  destinations: readonly (OwnKey | undefined)[]
}>

/** A payment to somebody who is not of the book that pays. */
export type Outside = Readonly<{ to: string; asset: AssetId; units: Units }>

/** What a transaction was found to do: what it intends, and nothing besides. */
export type CheckedTx = Readonly<{
  outside: readonly Outside[]
  /** Every asset that it moves, be it to addresses of the same book. */
  assets: readonly AssetId[]
  feeMax: Units
}>

/**
 * Compares what bytes do with what they are said to do.
 *
 * @param shared accounts that every book may pay to and from
 * @throws signer.intent_differs
 */
export function checkIntent(
  intent: Intent,
  effects: TxEffects,
  { proved, shared }: Readonly<{ proved: Proved; shared: readonly number[] }>,
): CheckedTx {
  const differs = (problem: string): AppError =>
    new AppError('signer.intent_differs', { intent: intent.id, problem })
  const [besides] = effects.besides
  if (besides !== undefined) throw differs(`the bytes do more: ${besides}`)
  checkSetup(effects, proved, { shared, differs })
  if (effects.feeMax > intent.feeMax) {
    throw differs(`they may cost ${effects.feeMax}, not ${intent.feeMax} at most`)
  }
  checkSpenders(effects, proved, differs)
  const moves = withoutChange(intent, effects.moves, differs)
  const paid = matchPayments(intent, moves, differs)
  checkChange(proved, { shared, differs })
  const outside = paid.flatMap(({ move, payment }) => {
    const place = intent.payments.indexOf(payment)
    const own = proved.destinations[place]
    if (own !== undefined && isSameBook(own, payers(move, proved), shared)) return []
    if (move.units === 'all') {
      throw differs('everything is sent to addresses of the same book only')
    }
    return [{ to: move.to, asset: move.asset, units: move.units }]
  })
  const assets = [...new Set(effects.moves.map(({ asset }) => asset))]
  return { outside, assets, feeMax: effects.feeMax }
}

type Differs = (problem: string) => AppError

/**
 * The intent names the keys that sign, and those of addresses that are emptied without their
 * signature, by a contract that they let act for them before: all of them are proved to be ours.
 */
function checkSpenders(effects: TxEffects, { keys }: Proved, differs: Differs): void {
  const own = new Set(keys.map(({ address }) => address))
  if (own.size !== keys.length) throw differs('a key is named twice')
  const emptied = effects.moves.flatMap(({ from, units }) => (units === 'all' ? (from ?? []) : []))
  const named = new Set([...effects.spenders, ...emptied])
  const isSame = named.size === own.size && [...named].every((one) => own.has(one))
  if (!isSame) throw differs('other keys sign than the intent names')
  const payers = [effects.feePayer, ...effects.moves.map(({ from }) => from)]
  const stranger = payers.find((one) => one !== undefined && !own.has(one))
  if (stranger !== undefined) throw differs(`${stranger} pays, who does not sign`)
}

/** What is put in place serves an address of the book that pays for it, as the intent says. */
function checkSetup(
  { prepares }: TxEffects,
  { setup, keys }: Proved,
  { shared, differs }: Readonly<{ shared: readonly number[]; differs: Differs }>,
): void {
  if (prepares !== setup?.address) {
    throw differs(`the bytes prepare sweeps to ${prepares ?? 'nobody'}`)
  }
  if (setup !== undefined && !isSameBook(setup, keys, shared)) {
    throw differs('sweeps to another book are prepared')
  }
}

/** Change is the one output to the change address, in the coin of the chain. */
function withoutChange(intent: Intent, moves: readonly Move[], differs: Differs): readonly Move[] {
  const { change, chain } = intent
  if (change === undefined) return moves
  const isChange = (move: Move): boolean =>
    move.to === change.address && move.from === undefined && move.asset === chain.native
  if (intent.payments.some(({ to }) => to === change.address)) {
    throw differs('change goes where a payment goes')
  }
  if (moves.filter(isChange).length > 1) throw differs('it has more than one change')
  return moves.filter((move) => !isChange(move))
}

type Paid = Readonly<{ move: Move; payment: IntentPayment }>

/** Each move is one payment, and each payment one move; sweeps of everything may come from many. */
function matchPayments(intent: Intent, moves: readonly Move[], differs: Differs): readonly Paid[] {
  const waiting = [...intent.payments]
  const paid = moves.map((move) => {
    const place = waiting.findIndex(
      ({ to, asset, units }) => to === move.to && asset.id === move.asset && units === move.units,
    )
    const payment = waiting[place]
    if (payment === undefined) {
      throw differs(`the bytes move ${move.units} of ${move.asset} to ${move.to}`)
    }
    if (payment.units !== 'all') waiting.splice(place, 1)
    return { move, payment }
  })
  const missing = waiting.find((one) => !paid.some(({ payment }) => payment === one))
  if (missing === undefined) return paid
  throw differs(`the bytes do not pay ${missing.units} of ${missing.asset.id} to ${missing.to}`)
}

/** Change that went to another book would be a payment that no cap counts. */
function checkChange(
  { keys, change }: Proved,
  { shared, differs }: Readonly<{ shared: readonly number[]; differs: Differs }>,
): void {
  if (change === undefined || isSameBook(change, keys, shared)) return
  throw differs('change goes to another book')
}

/** Who pays for a move: without a sender in the bytes, all inputs do. */
const payers = ({ from }: Move, { keys }: Proved): readonly OwnKey[] =>
  keys.filter(({ address }) => from === undefined || address === from)

const isSameBook = (own: OwnKey, keys: readonly OwnKey[], shared: readonly number[]): boolean =>
  shared.includes(own.book) || keys.every(({ book }) => book === own.book || shared.includes(book))
