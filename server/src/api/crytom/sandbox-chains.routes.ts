import { z } from 'zod'
import type { Behaviour, Lie } from '../../chains/sandbox-node.ts'
import { amountSchema, wholeNumberSchema } from '../../money/amount-schema.ts'
import { formatUnits } from '../../money/amount.ts'
import { knownAsset, type Network } from '../../money/registry.ts'
import {
  mineBlocks,
  reorgChain,
  replaceTransaction,
  setBehaviour,
  type Played,
} from '../../sandbox/play-chain.action.ts'
import { resumeSandbox } from '../../sandbox/resume-crediting.action.ts'
import { route } from '../route.ts'
import {
  BLOCKS_MAX,
  chainErrors,
  currencyName,
  networkName,
  sandboxPost,
  txHashText,
} from './sandbox-shapes.ts'

/** Deeper forks than this are beyond what anybody follows. */
const DEPTH_MAX = 100

const Block = z.strictObject({ network: z.string(), height: z.int(), block_hash: z.string() })

const playedBlock = ({ network, tip }: Played) => ({
  network: network.name,
  height: tip.height,
  block_hash: tip.hash,
})

/** `POST /v1/sandbox/chains/mine` */
export const sandboxMine = route({
  ...sandboxPost,
  path: '/v1/sandbox/chains/mine',
  summary: 'Mine blocks',
  body: z.strictObject({
    network: networkName,
    blocks: wholeNumberSchema({ min: 1, max: BLOCKS_MAX }),
  }),
  reply: { 200: Block },
  errors: chainErrors,
  handle: async (ctx, { principal, body }) => ({
    status: 200,
    data: playedBlock(await mineBlocks(ctx, principal.book, body)),
  }),
})

/** `POST /v1/sandbox/chains/reorg` */
export const sandboxReorg = route({
  ...sandboxPost,
  path: '/v1/sandbox/chains/reorg',
  summary: 'Fork a chain',
  description:
    'Replaces the last `depth` blocks by as many others. Transactions in `drop` never come back, the others are mined again.',
  body: z.strictObject({
    network: networkName,
    depth: wholeNumberSchema({ min: 1, max: DEPTH_MAX }),
    drop: z.array(txHashText).max(100).optional(),
  }),
  reply: { 200: Block },
  errors: [...chainErrors, 'sandbox.reorg_too_deep', 'sandbox.transaction_not_there'],
  handle: async (ctx, { principal, body }) => ({
    status: 200,
    data: playedBlock(await reorgChain(ctx, principal.book, body)),
  }),
})

/** `POST /v1/sandbox/chains/replace` */
export const sandboxReplace = route({
  ...sandboxPost,
  path: '/v1/sandbox/chains/replace',
  summary: 'Replace a waiting transaction',
  description: 'A `replaceable` deposit is replaced by a transaction that pays somebody else.',
  body: z.strictObject({ tx_hash: txHashText }),
  reply: { 200: z.strictObject({ tx_hash: z.string(), replaced: z.string() }) },
  errors: ['sandbox.test_key_needed', 'sandbox.transaction_not_there', 'sandbox.not_replaceable'],
  handle: async (ctx, { principal, body }) => {
    const tx_hash = await replaceTransaction(ctx, principal.book, body.tx_hash)
    return { status: 200, data: { tx_hash, replaced: body.tx_hash } }
  },
})

/** `POST /v1/sandbox/chains/resume` */
export const sandboxResume = route({
  ...sandboxPost,
  path: '/v1/sandbox/chains/resume',
  summary: 'Go on crediting a currency',
  description:
    'After a node lied and `chain.crediting_halted` told that deposits of the currency are not credited: they are put to the nodes again.',
  body: z.strictObject({ currency: currencyName, network: networkName.optional() }),
  reply: {
    200: z.strictObject({
      currency: z.string(),
      network: z.string(),
      status: z.enum(['resumed']),
    }),
  },
  errors: [
    ...chainErrors,
    'money.unknown_currency',
    'money.currency_not_on_network',
    'custody.crediting_not_halted',
  ],
  handle: async (ctx, { principal, body }) => {
    const { currency, network } = await resumeSandbox(ctx, principal.book, body)
    return { status: 200, data: { currency, network, status: 'resumed' as const } }
  },
})

const lie = z.enum(['none', 'transfers', 'blocks'])

/** `POST /v1/sandbox/chains/behaviour` */
export const sandboxBehaviour = route({
  ...sandboxPost,
  path: '/v1/sandbox/chains/behaviour',
  summary: "Set a node's behaviour",
  description:
    'What is left out stays as it is. A node that lies about `transfers` shows deposits made meanwhile that never happen; one that lies about `blocks` shows more of them than there are, so that everything looks final. `true` means `transfers`.',
  body: z.strictObject({
    network: networkName,
    auto_mine: z.boolean().optional(),
    halt: z.boolean().optional(),
    fee: amountSchema
      .nullable()
      .optional()
      .describe("Of a transfer, in the network's own coin; null gives it back to the node."),
    refuse_broadcasts: z.boolean().optional(),
    forget_broadcasts: z.boolean().optional(),
    lie: z.union([z.boolean(), lie]).optional(),
  }),
  reply: {
    200: z.strictObject({
      network: z.string(),
      auto_mine: z.boolean(),
      halt: z.boolean(),
      fee: z.string().nullable(),
      refuse_broadcasts: z.boolean(),
      forget_broadcasts: z.boolean(),
      lie,
    }),
  },
  errors: [
    ...chainErrors,
    'sandbox.behaviour_not_playable',
    'sandbox.fee_out_of_range',
    'money.amount_too_precise',
    'money.amount_out_of_range',
  ],
  handle: async (ctx, { principal, body }) => {
    const change = {
      ...given('autoMine', body.auto_mine),
      ...given('halt', body.halt),
      ...given('refuseBroadcasts', body.refuse_broadcasts),
      ...given('forgetBroadcasts', body.forget_broadcasts),
      ...given('lie', lieOf(body.lie)),
    }
    const request = { network: body.network, fee: body.fee, change }
    return { status: 200, data: behaviourOf(await setBehaviour(ctx, principal.book, request)) }
  },
})

const given = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> => {
  const made: Partial<Record<Name, Value>> = {}
  if (value !== undefined) made[name] = value
  return made
}

const lieOf = (text: boolean | Lie | undefined): Lie | undefined =>
  typeof text === 'boolean' ? (text ? 'transfers' : 'none') : text

const behaviourOf = (of: Readonly<{ network: Network; behaviour: Behaviour }>) => {
  const { fee, ...rest } = of.behaviour
  const { decimals } = knownAsset(of.network.native)
  return {
    network: of.network.name,
    auto_mine: rest.autoMine,
    halt: rest.halt,
    fee: fee === undefined ? null : formatUnits(fee, decimals),
    refuse_broadcasts: rest.refuseBroadcasts,
    forget_broadcasts: rest.forgetBroadcasts,
    lie: rest.lie,
  }
}
