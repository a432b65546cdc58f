import { address, type Address } from '@solana/kit'
import type { Commitment } from './ledger.ts'
import { invalidParameters } from './refusal.ts'

/** What a method was called with. */
export type Parameters = readonly unknown[]

/** The options of a method: the object at a place of its parameters, or none. */
export function optionsAt(
  parameters: Parameters,
  place: number,
): Readonly<Record<string, unknown>> {
  const value = parameters[place] ?? {}
  if (typeof value !== 'object') throw invalidParameters('an object is expected')
  return Object.fromEntries(Object.entries(value))
}

/** How sure what is answered must be; finalized where nothing is said, as with the real node. */
export function commitmentOf({
  commitment = 'finalized',
}: Readonly<Record<string, unknown>>): Commitment {
  if (commitment === 'processed' || commitment === 'confirmed') return commitment
  if (commitment === 'finalized') return commitment
  throw invalidParameters(`unknown commitment ${String(commitment)}`)
}

/** Blocks and transactions are not told before they are confirmed. */
export function settledCommitment(options: Readonly<Record<string, unknown>>): Commitment {
  const commitment = commitmentOf(options)
  if (commitment !== 'processed') return commitment
  throw invalidParameters('Method does not support commitment below `confirmed`')
}

/** The text at a place. */
export function textAt(parameters: Parameters, place: number): string {
  const value = parameters[place]
  if (typeof value === 'string') return value
  throw invalidParameters('a text is expected')
}

/** The whole number at a place. */
export function numberAt(parameters: Parameters, place: number): number {
  const value = parameters[place]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalidParameters('a whole number is expected')
}

/** The address at a place. */
export function addressAt(parameters: Parameters, place: number): Address {
  return addressOf(textAt(parameters, place))
}

/** A text as an address. */
export function addressOf(text: unknown): Address {
  try {
    return address(String(text))
  } catch {
    throw invalidParameters(`Invalid param: ${String(text)} is no address`)
  }
}
