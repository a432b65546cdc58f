import { units, type Units } from '../../money/units.ts'
import { DUST, payeeOf } from './script.ts'
import { vsizeOf, type OwnKind } from './size.ts'
import { slotOf, type TxOutput } from './transaction.ts'

/** Most inputs of one transaction. */
export const INPUTS_MAX = 300

/** An output of ours that can be spent. */
export type OwnCoin = Readonly<{
  txid: string
  index: number
  units: Units
  address: string
  script: Uint8Array
  kind: OwnKind
}>

/** What is wanted of coins. */
export type Wanted = Readonly<{
  coins: readonly OwnCoin[]
  /** Those that must be among the inputs, whatever else is. */
  must: readonly OwnCoin[]
  outputs: readonly TxOutput[]
  /** Where what is left over goes. */
  change: Uint8Array
  /** What a transaction of so many virtual bytes has to pay. */
  feeFor: (vsize: number) => bigint
}>

/** A transaction that can be written, or how much is missing for it. */
export type Choice =
  | Readonly<{
      kind: 'chosen'
      inputs: readonly OwnCoin[]
      outputs: readonly TxOutput[]
      fee: Units
    }>
  | Readonly<{ kind: 'short'; missing: bigint }>

const sumOf = (all: readonly Readonly<{ units: bigint }>[]): bigint =>
  all.reduce((sum, one) => sum + one.units, 0n)

const byValue = (a: OwnCoin, b: OwnCoin): number =>
  a.units === b.units ? nameOf(a).localeCompare(nameOf(b)) : a.units > b.units ? -1 : 1

const nameOf = ({ txid, index }: Pick<OwnCoin, 'txid' | 'index'>): string => `${txid}:${index}`

/** Without those that must be there anyway, the largest first. */
const others = ({ coins, must }: Pick<Wanted, 'coins' | 'must'>): readonly OwnCoin[] => {
  const taken = new Set(must.map(nameOf))
  return coins.filter((one) => !taken.has(nameOf(one))).toSorted(byValue)
}

/** Those coins that are named by some slots, and the others. */
export function splitBySlots(
  coins: readonly OwnCoin[],
  slots: readonly string[],
): Readonly<{ named: readonly OwnCoin[]; others: readonly OwnCoin[] }> {
  const wanted = new Set(slots)
  const isNamed = (coin: OwnCoin): boolean => wanted.has(slotOf(coin))
  return { named: coins.filter(isNamed), others: coins.filter((coin) => !isNamed(coin)) }
}

/** What of an output is dust. */
export const dustOf = (script: Uint8Array): bigint => {
  const kind = payeeOf(script)?.kind
  return kind === undefined ? 0n : DUST[kind]
}

/**
 * Chooses the fewest coins that pay the outputs and the fee. What is left over comes back as the
 * last output, unless it is so little that nodes would not relay it: then it goes to the fee.
 */
export function chooseCoins(wanted: Wanted): Choice {
  const { must, outputs, change, feeFor } = wanted
  const due = sumOf(outputs)
  const inputs = [...must]
  let missing = due
  for (const next of [undefined, ...others(wanted)]) {
    if (next !== undefined) inputs.push(next)
    if (inputs.length === 0) continue
    if (inputs.length > INPUTS_MAX) break
    const kinds = inputs.map((one) => one.kind)
    const left = sumOf(inputs) - due
    const withChange = [...outputs, { script: change, units: units(0n) }]
    const back = left - feeFor(vsizeOf(kinds, withChange))
    if (back >= dustOf(change)) {
      const last = { script: change, units: units(back) }
      return { kind: 'chosen', inputs, outputs: [...outputs, last], fee: units(left - back) }
    }
    const fee = feeFor(vsizeOf(kinds, outputs))
    if (left >= fee) return { kind: 'chosen', inputs, outputs, fee: units(left) }
    missing = fee - left
  }
  return { kind: 'short', missing }
}

/**
 * Chooses every coin, for one output that takes all but the fee; `units` of it are the least that
 * may arrive. Coins that cost more to move than they hold stay where they are, and so do the
 * smallest of more than one transaction can hold.
 *
 * @param isWorthwhile whether a coin brings more than it costs to spend it
 */
export function chooseAll(
  wanted: Omit<Wanted, 'outputs' | 'change'> & Readonly<{ inputsMax: number }>,
  output: TxOutput,
  isWorthwhile: (coin: OwnCoin) => boolean,
): Choice {
  const more = others(wanted).filter(isWorthwhile)
  const inputs = [...wanted.must, ...more].slice(0, wanted.inputsMax)
  const kinds = inputs.map((one) => one.kind)
  const fee = wanted.feeFor(vsizeOf(kinds, [output]))
  const arriving = sumOf(inputs) - fee
  const dust = dustOf(output.script)
  const least = output.units > dust ? output.units : dust
  if (inputs.length === 0 || arriving < least) return { kind: 'short', missing: least - arriving }
  const outputs = [{ script: output.script, units: units(arriving) }]
  return { kind: 'chosen', inputs, outputs, fee: units(fee) }
}
