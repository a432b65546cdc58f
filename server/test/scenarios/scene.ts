import assert from 'node:assert/strict'
import { z } from 'zod'
import type { SandboxNode, SendKind } from '../../src/chains/sandbox-node.ts'
import { parseUnits } from '../../src/money/amount.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { assetsOn, knownAsset, knownNetwork, type Asset } from '../../src/money/registry.ts'
import type { EvmAsset } from '../../src/chains/evm/assets.ts'
import type { TestDatabase } from '../database.ts'
import { CHAIN, startEvmWorld, type EvmWorld } from '../evm-world.ts'
import { paymentWorld, type PaymentWorld } from '../payment-world.ts'
import { assertAsFresh, comeToRest, emptyBeside } from './fresh-scan.ts'

// What may happen to money that comes in, each told once and ended with the books of a database
// that scans the winning chains only then, from their start (`fresh-scan.ts`).
//
// | scenario                                    | BNB Chain | Bitcoin | anvil | told in          |
// | ------------------------------------------- | --------- | ------- | ----- | ---------------- |
// | forks of 1, 2, 7 blocks: a transaction that | sim       | sim     | real  | forks.test.ts    |
// | is lost and one that comes back, above and  |           |         |       |                  |
// | below what was credited                     |           |         |       |                  |
// | forks of final blocks, coins that come anew | sim       | sim     | real  | forks.test.ts    |
// | replaced in the mempool; dropped from it    | sim       | sim     | real  | mempool.test.ts  |
// | one transaction that pays two payments      | sim       | sim     | real  | arrivals.test.ts |
// | a token that keeps a part of a transfer     | sim       | –       | real  | arrivals.test.ts |
// | a token that only calls itself like ours    | sim       | –       | real  | arrivals.test.ts |
// | coins that a contract moves                 | sim       | –       | real  | arrivals.test.ts |
// | logs of nothing; a look-alike that pays     | –         | –       | real  | arrivals.test.ts |
// | the right token on the wrong chain          | sim       | –       | real  | arrivals.test.ts |
// | a sweep's block taken back: mined again,    | sim       | –       | real  | sweeps.test.ts   |
// | dropped                                     |           |         |       |                  |
// | a deposit taken back after its sweep's plan | sim       | –       | real  | sweeps.test.ts   |
// | a deposit taken from under a mined sweep    | –         | –       | real  | sweeps.test.ts   |
// | a deposit that comes during its sweep       | sim       | –       | real  | sweeps.test.ts   |
//
// –: Bitcoin has neither tokens nor contracts, and its addresses are no other chain's; a simulated
// node writes down only what moves, and what it was told to drop cannot be mined without the coins
// that it moves. Real nodes of Bitcoin and of the other families are not played
// here: `../real/` tells one fork and one sweep on each of them.

/** A chain on which scenarios are played. */
export type Stage = Readonly<{
  name: string
  /** What is paid: a token where there are tokens. */
  currency: string
  /** A coin of the chain itself. */
  coin: string
  /** It is a real node. */
  isReal: boolean
}>

/** Simulated chains, and a real EVM node: all are played by the same verbs. */
export const stages = {
  bsc: { name: 'simulated BNB Chain', currency: 'USDT_BSC', coin: 'BNB', isReal: false },
  bitcoin: { name: 'simulated Bitcoin', currency: 'BTC', coin: 'BTC', isReal: false },
  anvil: { name: 'real anvil', currency: 'TUSD', coin: 'ETH_ANVIL', isReal: true },
} as const satisfies Record<string, Stage>

/** The platform over the chain of a stage, a payer and a miner, and a database that saw nothing. */
export type Scene = AsyncDisposable &
  Readonly<{
    world: PaymentWorld
    asset: Asset
    coin: Asset
    node: SandboxNode
    /** The real chain, where the stage has one. */
    evm: EvmWorld | undefined
    /** Opens a wallet for a customer. @returns its address */
    openWallet: (customer: string, of?: Asset) => Promise<string>
    /** The same, with its id. */
    openWalletOf: (
      customer: string,
      of?: Asset,
    ) => Promise<Readonly<{ id: string; address: string }>>
    /** From here on coins may come: the second database is made. */
    begin: () => Promise<void>
    send: (to: string, amount: string, more?: Sort) => Promise<string>
    /** Mines, and has the platform look. */
    mine: (blocks: number) => Promise<void>
    fork: (depth: number, drop?: readonly string[]) => Promise<void>
    /** Mines until what is in a block now is final. */
    toFinal: () => Promise<void>
    /** Looks and books until nothing is left to do; answers the holdings. */
    holdings: () => Promise<Readonly<Record<string, bigint>>>
    /** Has the platform credit everything below this many as soon as a block holds it. */
    creditEarly: (below: string) => Promise<void>
    endsAsFresh: () => Promise<void>
  }>

type Sort = Readonly<{ kind?: SendKind; asset?: Asset }>

const Wallet = z.object({ data: z.looseObject({ id: z.string(), deposit_address: z.string() }) })

/** Sets a scene. @param taxed whether the real chain's token keeps a part of each transfer */
export async function setScene(
  stage: Stage,
  { taxed = false }: Readonly<{ taxed?: boolean }> = {},
): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const evm = stage.isReal ? stack.use(await startEvmWorld({ assets: assetsOf(taxed) })) : undefined
  if (taxed && evm !== undefined) await taxDollar(evm)
  const real = evm === undefined ? [] : [{ nodes: evm.connectWith({}), node: evm.sandbox }]
  const world = stack.use(await paymentWorld({}, 10, real))
  const asset = resolveAsset({ currency: stage.currency })
  const coin = resolveAsset({ currency: stage.coin })
  const node = world.node(stage.currency)
  let empty: TestDatabase | undefined
  const mine = async (blocks: number): Promise<void> => {
    await node.mine(blocks)
    await comeToRest(world)
  }
  const openWalletOf: Scene['openWalletOf'] = async (customer, of = asset) => {
    const body = { customer_id: customer, currency: of.currency, network: of.network }
    const reply = await world.call('/v1/wallets', { method: 'POST', body })
    const { id, deposit_address: address } = Wallet.parse(reply.json).data
    return { id, address }
  }
  const owned = stack.move()
  return {
    ...{ world, asset, coin, node, evm, mine },
    openWalletOf,
    openWallet: async (customer, of) => (await openWalletOf(customer, of)).address,
    begin: async () => {
      empty = owned.use(await emptyBeside(world))
    },
    send: (to, amount, { kind = 'normal', asset: of = asset } = {}) =>
      node.send(kind, [{ to, asset: of.id, units: parseUnits(amount, of.decimals) }]),
    fork: async (depth, drop = []) => {
      await node.reorg(depth, drop)
      await comeToRest(world)
    },
    toFinal: () => mine(finalBlocksOf(asset)),
    mine,
    holdings: async () => {
      await comeToRest(world)
      return world.holdings()
    },
    creditEarly: async (below) => {
      const body = { currency: stage.currency, confirmed_below: below }
      const reply = await world.call('/v1/settings/confirmations', { method: 'PUT', body })
      assert.equal(reply.status, 200, reply.text)
    },
    endsAsFresh: async () => {
      assert.ok(empty, 'the scene has begun')
      await assertAsFresh(world, empty)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const assetsOf = (taxed: boolean): readonly EvmAsset[] =>
  assetsOn(CHAIN).map(({ id, kind, contract }) => {
    const mayTax = taxed && kind === 'token'
    return { id, kind, contract, ...(mayTax ? { deliversLess: true } : {}) }
  })

/** Puts another token's code in the dollar's place, which logs what was sent and delivers less. */
async function taxDollar({ play: { anvil, contracts } }: EvmWorld): Promise<void> {
  const code = await anvil.ask('eth_getCode', contracts.lying, 'latest')
  await anvil.ask('anvil_setCode', contracts.dollar, code)
}

/** Blocks after which what the first of them holds is final, on whichever node. */
export const finalBlocksOf = ({ chain }: Asset): number => knownNetwork(chain).confirmations.final

/** What the books say when nothing but these coins is there: in custody, and where they belong. */
export const heldBy = (
  purpose: string,
  { id, decimals }: Asset,
  amount: string,
): Readonly<Record<string, bigint>> => {
  const { code } = knownAsset(id)
  const units = parseUnits(amount, decimals)
  return { [`custody ${code}`]: units, [`${purpose} ${code}`]: units }
}
