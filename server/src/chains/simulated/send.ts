import { AppError } from '../../errors/app-error.ts'
import { assetId } from '../../money/caip.ts'
import type { Asset } from '../../money/registry.ts'
import { units, type AssetId } from '../../money/units.ts'
import type { Sending, SendKind } from '../sandbox-node.ts'
import { addressOfExtra, type Origin } from './derive.ts'
import type { SimulatedTransfer } from './tx.store.ts'

/** A payment of a known asset, as the node of a simulated chain is asked for it. */
export type KnownSending = Readonly<Omit<Sending, 'asset'> & { asset: Asset }>

/** What a fee-on-transfer token keeps: one part in a hundred, and at least one unit. */
const FEE_PARTS = 100n

/**
 * The transfers of one transaction that pays all of them.
 *
 * @throws sandbox.kind_not_playable where the chain has nothing of that kind
 */
export function transfersOf(
  origin: Origin,
  kind: SendKind,
  sendings: readonly KnownSending[],
): readonly SimulatedTransfer[] {
  for (const sending of sendings) refuseImpossible(origin, kind, sending)
  const from = addressOfExtra(origin, kind === 'internal' ? 'contract' : 'faucet')
  const moved = sendings.flatMap((sending) => parts(origin, kind, { ...sending, from }))
  return moved.map((part, place) => ({
    index: indexOf(origin, kind, { part, nth: nthOfItsSort(moved, place) }),
    asset: kind === 'fake_token' ? fakeOf(origin, part.asset) : part.asset.id,
    from,
    to: part.to,
    units: part.units,
  }))
}

type Part = KnownSending & Readonly<{ from: string }>

function refuseImpossible(origin: Origin, kind: SendKind, sending: KnownSending): void {
  const { code, kind: sort } = sending.asset
  const refuse = (why: string): never => {
    throw new AppError('sandbox.kind_not_playable', { kind, asset: code, why })
  }
  const hasContracts = origin.family !== 'bip122'
  if (kind === 'internal' && !hasContracts) refuse('this chain has no contracts')
  if (kind === 'fake_token' && !hasContracts) refuse('this chain has no tokens')
  if (kind !== 'fee_on_transfer') return
  if (sort === 'native') refuse('only a token can keep a part of a transfer')
  if (sending.units < 2n) refuse('nothing would be left to arrive')
}

/** A fee-on-transfer token splits the amount between the payee and whoever gets its fee. */
function parts(origin: Origin, kind: SendKind, part: Part): readonly Part[] {
  if (kind !== 'fee_on_transfer') return [part]
  const fee = part.units < FEE_PARTS ? 1n : part.units / FEE_PARTS
  const collector = addressOfExtra(origin, 'fee collector')
  return [
    { ...part, units: units(part.units - fee) },
    { ...part, to: collector, units: units(fee) },
  ]
}

/** How many coins, or how many tokens, the transaction moved before this part. */
const nthOfItsSort = (moved: readonly Part[], place: number): number =>
  moved.slice(0, place).filter((one) => one.asset.kind === moved[place]?.asset.kind).length

function indexOf(
  origin: Origin,
  kind: SendKind,
  at: Readonly<{ part: Part; nth: number }>,
): string {
  if (at.part.asset.kind === 'token' || kind === 'fake_token') return `log:${at.nth}`
  if (origin.family === 'bip122') return `output:${at.nth}`
  if (kind === 'internal') return `internal:${at.nth}`
  // A transaction carries one value; what it pays beside that, a contract that batches moves.
  return at.nth === 0 ? 'value' : `internal:${at.nth - 1}`
}

/** A token under another contract, of which only the symbol is the same. */
function fakeOf(origin: Origin, asset: Asset): AssetId {
  const contract = addressOfExtra(origin, 'contract')
  return assetId(`${asset.chain}/token:${contract}`)
}
