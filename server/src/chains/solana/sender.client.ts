import { concatBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type {
  Broadcast,
  ChainSender,
  OwnKey,
  SendRequest,
  UnsignedTx,
} from '../contract-sending.ts'
import { refuseReuse } from '../in-flight.ts'
import { Amount, valued } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { CONFIRMED } from './blocks.client.ts'
import { solanaCodec, budgetIn, wireOf, writeUnsigned } from './codec.ts'
import { readLasting } from './lifetime.ts'
import { isKnown, isOver, lookUp, slotState } from './look-up.client.ts'
import { compactLength } from './message.ts'
import type { SolanaNode } from './node.client.ts'
import { impossible } from './payment-rules.ts'
import { checkFee, planFor, type Plan, type PlanWish } from './plan.client.ts'
import { meaningOf } from './refusals.ts'
import { usualPayment } from './usual-payment.client.ts'

/** How many compute units tell apart transactions that would otherwise be the same. */
const EXTRA_UNITS = 1_000

const SIGNATURE_BYTES = 64

const ANY: PlanWish['least'] = { units: 0, price: 0n }

const Latest = valued(z.object({ blockhash: z.string(), lastValidBlockHeight: Amount }))
const Simulated = valued(z.object({ err: z.unknown() }))

/** Sends through one node. */
export function createSolanaSender(
  ctx: Pick<ShellCtx, 'clock'>,
  node: SolanaNode,
  assets: AssetTable,
): ChainSender {
  let built = 0
  // The same message twice is one transaction: a second payment of the same amount would be lost.
  const extraUnits = (): number => (ctx.clock.now() + built++) % EXTRA_UNITS
  const plan = (request: SendRequest, least: PlanWish['least']): Promise<Plan> =>
    planFor(node, assets, { request, extraUnits: extraUnits(), least })
  const build = async (request: SendRequest, least: PlanWish['least']): Promise<UnsignedTx> => {
    const planned = await plan(request, least)
    checkFee(node, planned, request)
    return unsignedOf(node, planned, request)
  }
  return {
    estimate: async (request) => {
      const { fee, feeMax } = await plan(request, ANY)
      return { fee, feeMax }
    },
    usual: (asset, speed) => usualPayment({ node, assets }, asset, speed),
    build: async (request) => {
      refuseReuse(request, node.chain)
      return build(request, ANY)
    },
    bump: async (stuck, request) => {
      await checkOver(node, stuck)
      const { units, price } = budgetIn(stuck)
      return build(request, { units, price: price + price / 4n + 1n })
    },
    broadcast: (signed) => broadcast(node, signed),
    lookUp: (txHash) => lookUp(node, txHash),
    slotState: (slot) => slotState(node, slot),
  }
}

/**
 * The blockhash is a final one: no fork can take it away, so a transaction that is not mined in
 * its time never will be.
 */
async function unsignedOf(node: SolanaNode, plan: Plan, request: SendRequest): Promise<UnsignedTx> {
  const { value } = await node.ask('getLatestBlockhash', [{ commitment: 'finalized' }], Latest)
  const bytes = writeUnsigned({ ...plan, ...value })
  const effects = solanaCodec.explain(node.chain, bytes)
  await simulate(node, bytes, effects.spenders.length)
  const keys: readonly OwnKey[] = [...(request.feePayer ? [request.feePayer] : []), ...request.from]
  const signers = effects.spenders.flatMap(
    (spender) => keys.find((key) => key.address === spender) ?? [],
  )
  return { chain: node.chain, bytes, signers, change: undefined, effects }
}

/** Executes it without signatures: what fails would only cost its fee. */
async function simulate(node: SolanaNode, unsigned: Uint8Array, signers: number): Promise<void> {
  const blank = new Uint8Array(signers * SIGNATURE_BYTES)
  const wire = concatBytes(compactLength(signers), blank, readLasting(unsigned).body)
  const how = { commitment: CONFIRMED, encoding: 'base64', sigVerify: false }
  const parameters = [Buffer.from(wire).toString('base64'), how]
  const { value } = await node.ask('simulateTransaction', parameters, Simulated)
  if (value.err === null || value.err === undefined) return
  throw impossible(node.chain, `it would fail: ${JSON.stringify(value.err)}`)
}

/**
 * Nothing replaces a transaction while it may still be mined: another one would be mined beside it.
 * @throws chain.replacement_refused
 */
async function checkOver(node: SolanaNode, stuck: Uint8Array): Promise<void> {
  const refuse = (problem: string): AppError =>
    new AppError('chain.replacement_refused', { chain: node.chain, problem })
  const { txHash } = solanaCodec.explainSigned(node.chain, stuck)
  const { lastValidBlockHeight } = readLasting(stuck)
  if (!(await isOver(node, lastValidBlockHeight))) {
    throw refuse(`it may be mined until block height ${lastValidBlockHeight} is final`)
  }
  if (await isKnown(node, txHash)) throw refuse('it is mined')
}

async function broadcast(node: SolanaNode, signed: Uint8Array): Promise<Broadcast> {
  const wire = readOr(() => wireOf(signed))
  if (wire === undefined) {
    return { kind: 'refused', reason: 'invalid', problem: 'it is damaged' }
  }
  const how = { encoding: 'base64', preflightCommitment: CONFIRMED }
  const parameters = [Buffer.from(wire).toString('base64'), how]
  const outcome = await node.attempt('sendTransaction', parameters, z.string())
  if (outcome.kind === 'result') return { kind: 'accepted' }
  const problem = `${outcome.code}: ${outcome.message}`
  const meaning = meaningOf(outcome.code, outcome.message)
  switch (meaning.kind) {
    case 'known':
      return { kind: 'accepted' }
    case 'refused':
      return { kind: 'refused', reason: meaning.reason, problem }
    case 'untimely': {
      const { txHash } = solanaCodec.explainSigned(node.chain, signed)
      if (await isKnown(node, txHash)) return { kind: 'accepted' }
      const isLate = await isOver(node, readLasting(signed).lastValidBlockHeight)
      if (isLate) return { kind: 'refused', reason: 'expired', problem }
      // A node that lags does not know the blockhash yet.
      throw refusedBy(node, problem)
    }
    case 'trouble':
      throw refusedBy(node, problem)
  }
}

const refusedBy = ({ chain, name }: SolanaNode, problem: string): AppError =>
  new AppError('chain.node_refused', { chain, node: name, method: 'sendTransaction', problem })

/** What is read, or nothing when the bytes are damaged. */
function readOr<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
