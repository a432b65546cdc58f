import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { ChainSender, FeeEstimate, SendRequest, UnsignedTx } from '../contract-sending.ts'
import { nonceFor, refuseReuse } from '../in-flight.ts'
import { readPolkadotAddress } from './address.ts'
import { broadcast, lookUp, slotState } from './broadcast.client.ts'
import { polkadotCodec, readSignedTransfer } from './codec.ts'
import { mustBeKnown } from './known.ts'
import type { PolkadotNetwork } from './networks.ts'
import type { PolkadotNode } from './node.client.ts'
import { feeOf, planOf, type Plan } from './plan.client.ts'
import { PERIOD, tipFor } from './terms.ts'
import { writeUnsigned, type PolkadotTransfer } from './transaction.ts'
import { usualPayment } from './usual-payment.client.ts'

/** What the sender of one node is made from. */
export type SenderOptions = Readonly<{ network: PolkadotNetwork; asset: AssetId }>

/** Sends DOT through one node. */
export function createPolkadotSender(node: PolkadotNode, options: SenderOptions): ChainSender {
  const { chain } = options.network
  return {
    estimate: async (request): Promise<FeeEstimate> => {
      const plan = await planOf(node, options, request)
      const fee = await feeOf(
        node,
        options.network,
        await draftOf(node, options, { ...plan, request }),
      )
      const tip = tipFor(request.speed, fee)
      mustAfford(options, plan, units(fee + tip))
      return { fee: units(fee + tip), feeMax: units(options.network.transferFeeMax + tip) }
    },
    usual: (asset, speed) => usualPayment(node, options, { asset, speed }),
    build: async (request) => {
      refuseReuse(request, chain)
      const plan = await planOf(node, options, request)
      const draft = await draftOf(node, options, { ...plan, request })
      return finish(node, options, { request, plan, draft, tipMin: 0n })
    },
    bump: async (stuck, request) => {
      const old = readSignedTransfer(chain, stuck)
      const plan = await planOf(node, options, request)
      const { nonce } = await node.accountAt(plan.from.address)
      const problem = whyNotReplaceable(old, { plan, nonce })
      if (problem !== undefined) throw new AppError('chain.replacement_refused', { chain, problem })
      const draft = { ...(await draftOf(node, options, { ...plan, request })), nonce: old.nonce }
      const fee = await feeOf(node, options.network, draft)
      // A pool takes whoever tips more; a little more is overtaken at once by others.
      const tipMin = old.tip + old.tip / 4n + fee / 10n + 1n
      return finish(node, options, { request, plan, draft, tipMin })
    },
    broadcast: (signed) => broadcast(node, signed),
    lookUp: (txHash, slots = []) => lookUp(node, txHash, slots),
    slotState: (slot) => slotState(node, slot),
  }
}

/** A transfer without a tip, valid from the node's finalized block on, with the next free nonce. */
async function draftOf(
  node: PolkadotNode,
  { network }: SenderOptions,
  { from, to, amount, keepAlive, request }: Plan & Readonly<{ request: SendRequest }>,
): Promise<PolkadotTransfer> {
  const runtime = await node.runtimeAfter()
  mustBeKnown(network, runtime)
  const finalized = await node.headerOf(await node.finalizedHead())
  const sender = readPolkadotAddress(from.address)
  const recipient = readPolkadotAddress(to)
  if (finalized === undefined || sender === undefined || recipient === undefined) {
    throw new AppError('chain.node_unsettled', { chain: network.chain, node: node.name })
  }
  const call = amount === 'all' ? 'transfer_all' : 'transfer_allow_death'
  return {
    account: sender.account,
    call: keepAlive ? 'transfer_keep_alive' : call,
    to: recipient.account,
    amount,
    era: { period: PERIOD, phase: finalized.height % PERIOD },
    nonce: nonceFor(request, {
      ...{ chain: network.chain, address: from.address },
      next: await node.nextNonce(from.address),
    }),
    tip: 0n,
    specVersion: runtime.specVersion,
    transactionVersion: runtime.transactionVersion,
    eraBlock: Buffer.from(finalized.hash.slice(2), 'hex'),
  }
}

type Draft = Readonly<{
  request: SendRequest
  plan: Plan
  draft: PolkadotTransfer
  tipMin: bigint
}>

/** The transaction, when there is enough for it and it costs no more than it may. */
async function finish(
  node: PolkadotNode,
  options: SenderOptions,
  { request, plan, draft, tipMin }: Draft,
): Promise<UnsignedTx> {
  const { network } = options
  const { chain } = network
  const fee = await feeOf(node, network, draft)
  const wished = tipFor(request.speed, fee)
  const tip = wished > tipMin ? wished : tipMin
  mustAfford(options, plan, units(fee + tip))
  const bytes = writeUnsigned(network, { ...draft, tip })
  const effects = polkadotCodec.explain(chain, bytes)
  const isAbove = effects.feeMax > request.feeMax || fee > network.transferFeeMax
  if (isAbove) {
    const needed = fee > network.transferFeeMax ? fee + tip : effects.feeMax
    const facts = { chain, fee: `${needed}`, feeMax: `${request.feeMax}` }
    throw new AppError('chain.fee_above_limit', facts)
  }
  return { chain, bytes, signers: [plan.from], change: undefined, effects }
}

/** @throws chain.insufficient_funds */
function mustAfford({ network, asset }: SenderOptions, plan: Plan, fee: Units): void {
  const { least, spendable, stays } = plan
  if (spendable >= least + fee + stays) return
  const kept = stays === 0n ? '' : `, and ${stays} must stay there`
  const problem = `${plan.from.address} can spend ${spendable}; ${least + fee} are wanted${kept}`
  throw new AppError('chain.insufficient_funds', { chain: network.chain, asset, problem })
}

/** In words why a waiting transfer cannot be replaced; undefined when it can. */
function whyNotReplaceable(
  old: PolkadotTransfer,
  { plan, nonce }: Readonly<{ plan: Plan; nonce: bigint }>,
): string | undefined {
  const sender = readPolkadotAddress(plan.from.address)?.account
  if (sender === undefined || !Buffer.from(sender).equals(old.account)) {
    return 'it is of another sender'
  }
  return nonce > old.nonce ? 'its nonce is used by a mined transaction' : undefined
}
