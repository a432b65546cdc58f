import assert from 'node:assert/strict'
import { z } from 'zod'
import type {
  Move,
  OwnKey,
  Payment,
  SendRequest,
  UnsignedTx,
} from '../../chains/contract-sending.ts'
import { assetId, chainId } from '../../money/caip.ts'
import { units } from '../../money/units.ts'
import type { SigningIntent } from '../signer.client.ts'
import type { Outgoing } from './outgoing.ts'

/**
 * What the signer is told that a transaction is to do: what was asked for, with the amounts that
 * the chain made of "everything".
 *
 * @param simulated it is one of a sandbox's own chain
 * @throws AssertionError when the builder made something else than it was asked for
 */
export function intentOf(
  { outgoingId, kind, chain, request }: Outgoing,
  built: Pick<UnsignedTx, 'signers' | 'change' | 'effects' | 'network'>,
  simulated: boolean,
): SigningIntent {
  const { signers, change, effects, network } = built
  const moves = effects.moves.filter(({ to }) => to !== change?.address)
  assert.deepEqual(effects.besides, [], `${outgoingId}: it does more than it should`)
  const prepared = request.setup === true ? request.payments[0] : undefined
  assert.equal(effects.prepares, prepared?.to, `${outgoingId}: it prepares something else`)
  assert.ok(effects.feeMax <= request.feeMax, `${outgoingId}: it may cost too much`)
  return {
    ...{ id: outgoingId, kind, chain, simulated },
    keys: signers,
    payments: paymentsOf(request, moves),
    ...(prepared === undefined ? {} : { setup: ownOf(prepared) }),
    ...(change === undefined ? {} : { change }),
    ...(network === undefined ? {} : { network }),
    feeMax: request.feeMax,
  }
}

function paymentsOf(request: SendRequest, moves: readonly Move[]): SigningIntent['payments'] {
  if (request.setup !== true) {
    return request.everything === true ? swept(request, moves) : paid(request, moves)
  }
  assert.deepEqual(moves, [], 'what is put in place moves nothing')
  return []
}

function ownOf({ to, path }: Payment): OwnKey {
  if (path === undefined) throw new Error('what is put in place is for an address of ours')
  return { path, address: to }
}

function paid({ payments }: SendRequest, moves: readonly Move[]): SigningIntent['payments'] {
  const plain = (one: Pick<Move, 'to' | 'asset' | 'units'>): string =>
    `${one.units} of ${one.asset} to ${one.to}`
  assert.deepEqual(moves.map(plain).sort(), payments.map(plain).sort())
  return payments
}

function swept(
  { payments: [to, ...more] }: SendRequest,
  moves: readonly Move[],
): SigningIntent['payments'] {
  assert.equal(more.length, 0, 'everything goes to one address')
  for (const move of moves) assert.deepEqual([move.to, move.asset], [to.to, to.asset])
  const all = moves.some((move) => move.units === 'all')
  return all ? [{ ...to, units: 'all' }] : moves.map((move) => ({ ...to, units: move.units }))
}

const Key = z.object({ path: z.string(), address: z.string() })
const Amount = z.string().transform((text) => units(BigInt(text)))

const Stored = z.object({
  id: z.string(),
  kind: z.string(),
  chain: z.string().transform((text) => chainId(text)),
  simulated: z.boolean(),
  keys: z.array(Key),
  payments: z.array(
    z.object({
      to: z.string(),
      asset: z.string().transform((text) => assetId(text)),
      units: z.union([z.literal('all'), Amount]),
      path: z.string().optional(),
      name: z.string().optional(),
    }),
  ),
  change: Key.optional(),
  setup: Key.optional(),
  network: z.enum(['mainnet', 'testnet', 'signet', 'regtest']).optional(),
  feeMax: Amount,
})

/** An intent as it is stored beside the bytes that it is about. */
export const intentToJson = (intent: SigningIntent): string =>
  JSON.stringify({
    ...intent,
    payments: intent.payments.map((one) => ({ ...one, units: `${one.units}` })),
    feeMax: `${intent.feeMax}`,
  })

/** The intent that was stored. @throws Error for what we did not write */
export function intentFromJson(json: unknown): SigningIntent {
  const { payments, network, setup, ...rest } = Stored.parse(json)
  return {
    ...rest,
    ...(network === undefined ? {} : { network }),
    ...(setup === undefined ? {} : { setup }),
    payments: payments.map(({ path, name, ...one }) => ({
      ...one,
      ...(path === undefined ? {} : { path }),
      ...(name === undefined ? {} : { name }),
    })),
  }
}
