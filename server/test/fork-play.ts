import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { SendKind } from '../src/chains/sandbox-node.ts'
import type { IssuedAddress } from '../src/custody/address.store.ts'
import { bookDeposit } from '../src/custody/book-deposit.action.ts'
import { watchChain } from '../src/custody/watch-chain.action.ts'
import { AppError } from '../src/errors/app-error.ts'
import { assetsOn } from '../src/money/registry.ts'
import { units } from '../src/money/units.ts'
import {
  dueDeposits,
  PowerCut,
  trippingChains,
  trippingDb,
  untilPowerCut,
  watchedKeys,
  type CustodyWorld,
  type Trip,
} from './custody-world.ts'
import { networkNamed } from './simulated-chain.ts'

// Random histories of simulated chains and of the workers that look at them.

/** The networks that are played. */
export const NETWORKS = ['Bitcoin', 'BNB Chain'] as const
type NetworkName = (typeof NETWORKS)[number]

/** What may happen to a chain. */
export type NodeCommand =
  | Readonly<{
      kind: 'send'
      network: NetworkName
      how: SendKind
      asset: number
      to: readonly number[]
      units: bigint
    }>
  | Readonly<{ kind: 'mine'; network: NetworkName; blocks: number }>
  | Readonly<{ kind: 'reorg'; network: NetworkName; depth: number; drop: readonly number[] }>
  | Readonly<{ kind: 'replace'; network: NetworkName; tx: number }>
  | Readonly<{ kind: 'halt'; network: NetworkName; halt: boolean }>

/** Work of `workers` side by side, cut short at a step; the chain moves at another one. */
export type Work = Readonly<{
  kind: 'look' | 'book' | 'both'
  workers: number
  /** 0: it is not cut short. */
  cut: number
  meanwhile: NodeCommand
  /** The step at which the chain moves; 0: it stands still. */
  at: number
}>

const network = fc.constantFrom(...NETWORKS)
const kinds = ['normal', 'replaceable', 'internal', 'fee_on_transfer'] as const
const few = (max: number, most: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max }) },
    { weight: 1, arbitrary: fc.integer({ min: max + 1, max: most }) },
  )

const send = fc.record({
  kind: fc.constant('send' as const),
  network,
  how: fc.constantFrom(...kinds),
  asset: fc.nat(3),
  to: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
  units: fc.bigInt({ min: 2n, max: 10n ** 20n }),
})
const mine = fc.record({ kind: fc.constant('mine' as const), network, blocks: few(2, 14) })
const reorg = fc.record({
  kind: fc.constant('reorg' as const),
  network,
  depth: few(4, 16),
  drop: fc.array(fc.nat(8), { maxLength: 2 }),
})
const replace = fc.record({ kind: fc.constant('replace' as const), network, tx: fc.nat(8) })
const halt = fc.record({
  kind: fc.constant('halt' as const),
  network,
  halt: fc.constantFrom(true, false, false),
})
/** Something that happens to a chain. */
export const nodeCommand: fc.Arbitrary<NodeCommand> = fc.oneof(
  { weight: 6, arbitrary: send },
  { weight: 8, arbitrary: mine },
  { weight: 8, arbitrary: reorg },
  { weight: 1, arbitrary: replace },
  { weight: 1, arbitrary: halt },
)
const maybe = (most: number) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: most }))
const work: fc.Arbitrary<Work> = fc.record({
  kind: fc.constantFrom('look' as const, 'book' as const, 'both' as const, 'both' as const),
  workers: fc.integer({ min: 1, max: 3 }),
  cut: maybe(120),
  meanwhile: nodeCommand,
  at: maybe(60),
})
/** A history of one world. */
export const history = fc.array(fc.oneof(nodeCommand, work, work), {
  minLength: 30,
  maxLength: 80,
  size: 'max',
})

/** A world that is played, and what is known of its chains. */
export type Play = Readonly<{
  world: CustodyWorld
  addresses: readonly IssuedAddress[]
  txHashes: Map<NetworkName, string[]>
  /** Transactions that may have left the chain for good. */
  lost: Set<string>
}>

/** Plays one command; what the sandbox refuses does not happen. */
export async function play(the: Play, one: NodeCommand): Promise<void> {
  const node = the.world.node(one.network)
  const known = the.txHashes.get(one.network) ?? []
  const txAt = (place: number): string => known[known.length - 1 - place] ?? ''
  try {
    switch (one.kind) {
      case 'send':
        the.txHashes.set(one.network, [...known, await pay(the, one)])
        return
      case 'mine':
        await node.mine(one.blocks)
        return
      case 'reorg':
        for (const place of one.drop) the.lost.add(txAt(place))
        await node.reorg(one.depth, one.drop.map(txAt))
        return
      case 'replace':
        the.lost.add(txAt(one.tx))
        await node.replace(txAt(one.tx))
        return
      case 'halt':
        await node.behave({ halt: one.halt })
        return
    }
  } catch (error) {
    // The sandbox refuses what makes no sense, such as a fork below the first block.
    if (!(error instanceof AppError && error.code.startsWith('sandbox.'))) throw error
  }
}

/** Pays addresses of the chain's family, whatever they were handed out for. */
function pay(the: Play, one: Extract<NodeCommand, { kind: 'send' }>): Promise<string> {
  const { chain, family } = networkNamed(one.network)
  const assets = assetsOn(chain).map((asset) => asset.id)
  const asset = assets[one.asset % assets.length]
  const own = the.addresses.filter((address) => address.family === family)
  const [first, ...rest] = one.to.map((place, nth) => {
    const to = own[place % own.length]?.address
    assert.ok(to !== undefined && asset !== undefined)
    return { to, asset, units: units(one.units + BigInt(nth)) }
  })
  assert.ok(first !== undefined)
  return the.world.node(one.network).send(one.how, [first, ...rest])
}

/** Does the work several times side by side; each is cut at a step of its own. */
export async function doWork(the: Play, how: Work): Promise<void> {
  const { world } = the
  let steps = 0
  const doOnce = async (worker: number): Promise<void> => {
    let left = how.cut === 0 ? Number.POSITIVE_INFINITY : how.cut + 7 * worker
    const trip: Trip = async () => {
      left -= 1
      steps += 1
      if (left <= 0) throw new PowerCut()
      if (steps === how.at) await play(the, how.meanwhile)
    }
    await untilPowerCut(
      (async () => {
        if (how.kind !== 'book') await look(world, trip)
        if (how.kind !== 'look') await bookDue(world, trip)
      })(),
    )
  }
  await Promise.all(Array.from({ length: how.workers }, (_, worker) => doOnce(worker)))
}

async function look(world: CustodyWorld, trip: Trip): Promise<void> {
  const db = trippingDb(world.db, trip)
  const chains = trippingChains(world.chains, trip)
  for (const key of await watchedKeys(world.db)) {
    await watchChain({ ...world.watchCtx, db, chains }, key)
  }
}

async function bookDue(world: CustodyWorld, trip: Trip): Promise<void> {
  const db = trippingDb(world.db, trip)
  for (const key of await dueDeposits(world.db)) await bookDeposit({ ...world.bookCtx, db }, key)
}
