import { units, type ChainId, type Units } from '../../money/units.ts'
import type { Move, TxEffects } from '../contract-sending.ts'
import { coinOf, tokenOf } from './assets.ts'
import { COMPUTE_UNITS_MAX, LAMPORTS_PER_SIGNATURE, TOKEN_ACCOUNT_RENT_MAX } from './programs.ts'
import { instructionOf, type Step } from './steps.ts'
import { associatedAccount } from './token-account.ts'

/** What a message says, as steps. */
export type Reading = Readonly<{ feePayer: string; steps: readonly Step[] }>

/** Steps of one kind. */
const only = <Kind extends Step['kind']>(
  steps: readonly Step[],
  kind: Kind,
): readonly Extract<Step, { kind: Kind }>[] =>
  steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind)

/** Whose signatures a message needs: the payer's first. */
export function spendersOf({ feePayer, steps }: Reading): readonly string[] {
  const signers = steps.flatMap((step) =>
    instructionOf(step)
      .accounts.filter((one) => one.signer)
      .map((one) => one.address),
  )
  return [...new Set([feePayer, ...signers])]
}

/**
 * The most that a message can cost its payer, in lamports: for signatures, for the compute units it
 * asks for, and for every token account that it may have to open.
 */
export function feeMaxOf(reading: Reading): Units {
  return units(executionFeeOf(reading) + openings(reading.steps) * TOKEN_ACCOUNT_RENT_MAX)
}

/** What a message costs for signatures and compute units, whatever becomes of it. */
export function executionFeeOf(reading: Reading): bigint {
  const { steps } = reading
  const [limit] = only(steps, 'unit_limit')
  const [price] = only(steps, 'unit_price')
  const asked = Math.min(limit?.units ?? COMPUTE_UNITS_MAX, COMPUTE_UNITS_MAX)
  const millionths = BigInt(asked) * (price?.price ?? 0n)
  const signatures = BigInt(spendersOf(reading).length) * LAMPORTS_PER_SIGNATURE
  return signatures + (millionths + 999_999n) / 1_000_000n
}

const openings = (steps: readonly Step[]): bigint => BigInt(only(steps, 'open_account').length)

/**
 * What a message does. A token account does not say whose it is: only one that the message itself
 * opens for an owner (or finds open) is known to be his.
 */
export function effectsOf(chain: ChainId, reading: Reading): Omit<TxEffects, 'slots'> {
  const { feePayer, steps } = reading
  const ownerOf = new Map(
    only(steps, 'open_account').map(({ owner, mint }) => [
      associatedAccount(owner, mint).address,
      owner,
    ]),
  )
  const moves = steps.flatMap((step): readonly Move[] => {
    if (step.kind === 'coins') {
      const { from, to, lamports } = step
      return [{ from, to, asset: coinOf(chain), units: units(lamports) }]
    }
    if (step.kind !== 'tokens') return []
    const to = ownerOf.get(step.destination) ?? step.destination
    const asset = tokenOf(chain, step.mint)
    return [{ from: step.authority, to, asset, units: units(step.units) }]
  })
  return {
    moves,
    spenders: spendersOf(reading),
    feePayer,
    feeMax: feeMaxOf(reading),
    besides: besidesOf(reading, ownerOf),
  }
}

function besidesOf(
  { feePayer, steps }: Reading,
  ownerOf: ReadonlyMap<string, string>,
): readonly string[] {
  const paid = new Set(only(steps, 'tokens').map((step) => step.destination))
  return [
    ...only(steps, 'other').map(({ instruction }) => `calls ${instruction.program}`),
    ...only(steps, 'unit_limit')
      .slice(1)
      .map(() => 'limits its compute units twice'),
    ...only(steps, 'unit_price')
      .slice(1)
      .map(() => 'prices its compute units twice'),
    ...only(steps, 'open_account')
      .filter(({ payer }) => payer !== feePayer)
      .map(({ payer }) => `opens a token account at the cost of ${payer}`),
    ...only(steps, 'open_account')
      .filter(({ owner, mint }) => !paid.has(associatedAccount(owner, mint).address))
      .map(({ owner }) => `opens a token account of ${owner} without paying it`),
    ...only(steps, 'tokens')
      .filter(({ destination }) => !ownerOf.has(destination))
      .map(({ destination }) => `pays the token account ${destination}, whose owner it hides`),
  ]
}
