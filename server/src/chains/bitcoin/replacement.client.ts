import { equalBytes } from '@noble/curves/utils.js'
import { AppError } from '../../errors/app-error.ts'
import type { SendRequest, UnsignedTx } from '../contract-sending.ts'
import { inParallel } from '../node/concurrent.ts'
import { MempoolEntry, TxOut } from './answers.ts'
import { INPUTS_MAX, splitBySlots, type OwnCoin } from './choose-coins.ts'
import type { FinalTx } from './codec.ts'
import { chooserOf, writeUp, type DraftParts, type Plan } from './draft.client.ts'
import { ratesFor } from './fee-rate.client.ts'
import { NOT_FOUND, refusedBy, type BitcoinNode } from './node.client.ts'
import { readRequest, type Wish } from './request.ts'
import { feeAt, vsizeOfBytes } from './size.ts'
import { chooseUnspent } from './spendable.client.ts'
import { writeDraft } from './transaction.ts'

/**
 * Another transaction in the place of one that waits: all of its inputs, others only when these do
 * not pay for it, and a fee that nodes take a replacement for.
 *
 * @throws chain.fee_above_limit, chain.replacement_refused
 */
export async function replacementFor(
  parts: DraftParts,
  stuck: FinalTx,
  request: SendRequest,
): Promise<UnsignedTx> {
  const { node } = parts
  const wish = readRequest(node, request)
  const { inputs: known } = stuck.spend
  await mustBeUnspent(node, stuck)
  const must = coinsOfStuck(node, stuck, wish)
  const rates = await ratesFor(node, request.speed, parts.feeRate)
  const feeFor = feeRule(stuck, { ...rates, floor: await paidBy(node, stuck) })
  const choose = chooserOf(wish, request, {
    ...{ rate: rates.wanted, must, feeFor },
    inputsMax: INPUTS_MAX,
  })
  const first = choose([])
  const taken = request.inFlight?.slots ?? []
  const plan = first.kind === 'chosen' ? first : await withMore(parts, { wish, taken }, choose)
  return writeUp(parts, { request, plan, known })
}

const notReplaceable = ({ chain }: BitcoinNode, problem: string): AppError =>
  new AppError('chain.replacement_refused', { chain, problem })

/** Inputs that a block has spent are gone, whoever spent them. */
async function mustBeUnspent(node: BitcoinNode, { spend }: FinalTx): Promise<void> {
  const found = await inParallel(spend.inputs, ({ txid, index }) =>
    node.ask('gettxout', [txid, index, false], TxOut),
  )
  if (found.includes(null)) throw notReplaceable(node, 'a block has spent one of its inputs')
}

function coinsOfStuck(node: BitcoinNode, { spend }: FinalTx, { keys }: Wish): readonly OwnCoin[] {
  return spend.inputs.map(({ txid, index, spent }) => {
    const key = keys.find(({ script }) => equalBytes(script, spent.script))
    if (key === undefined) throw notReplaceable(node, 'one of its inputs is not of the given keys')
    const { address, script, kind } = key
    return { txid, index, units: spent.units, address, script, kind }
  })
}

/** What nodes lose in fees with it: its own, and those of everything that waits for it. */
async function paidBy(node: BitcoinNode, { txid, spend }: FinalTx): Promise<bigint> {
  const entry = await node.attempt('getmempoolentry', [txid], MempoolEntry)
  if (entry.kind === 'result') return entry.value.fees.descendant
  if (entry.code !== NOT_FOUND) throw refusedBy(node, 'getmempoolentry', entry)
  return feeOf(spend)
}

const feeOf = ({ inputs, outputs }: FinalTx['spend']): bigint =>
  inputs.reduce((sum, one) => sum + one.spent.units, 0n) -
  outputs.reduce((sum, one) => sum + one.units, 0n)

type Rates = Readonly<{ wanted: bigint; replacing: bigint; floor: bigint }>

/**
 * More than all that is replaced by the price of its own relay, and a higher rate than before.
 * @see BIP-125, rules 3, 4 and 6
 */
function feeRule({ spend, raw }: FinalTx, { wanted, replacing, floor }: Rates) {
  const oldFee = feeOf(spend)
  const oldVsize = BigInt(vsizeOfBytes(raw.length, writeDraft(spend).length))
  return (vsize: number): bigint => {
    const aboveRate = (oldFee * BigInt(vsize)) / oldVsize + 1n
    const bids = [feeAt(wanted, vsize), floor + feeAt(replacing, vsize), aboveRate]
    return bids.reduce((most, bid) => (bid > most ? bid : most))
  }
}

async function withMore(
  parts: DraftParts,
  { wish, taken }: Readonly<{ wish: Wish; taken: readonly string[] }>,
  choose: ReturnType<typeof chooserOf>,
): Promise<Plan> {
  const { others } = splitBySlots(await parts.coinsOf(wish.keys), taken)
  const choice = await chooseUnspent(parts.node, others, choose)
  if (choice.kind === 'chosen') return choice
  throw notReplaceable(parts.node, `${choice.missing} satoshi are missing for a higher fee`)
}
