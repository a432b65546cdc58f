import { blockAnswer, placedAnswer, type BlockWish } from './answers.ts'
import {
  BLOCKHASH_BLOCKS,
  type Block,
  type Commitment,
  type Ledger,
  type Placed,
} from './ledger.ts'
import {
  addressAt,
  commitmentOf,
  numberAt,
  optionsAt,
  settledCommitment,
  textAt,
  type Parameters,
} from './parameters.ts'
import { invalidParameters, RpcRefusal } from './refusal.ts'

type Method = (ledger: Ledger, parameters: Parameters) => unknown

const SIGNATURES_MAX = 1_000
const VERSION = '3.1.0'

/** Questions about blocks, and about transactions in them. */
export const blockMethods: Readonly<Record<string, Method>> = {
  getHealth: () => 'ok',
  getVersion: () => ({ 'solana-core': VERSION, 'feature-set': 0 }),
  getGenesisHash: ({ genesisHash }) => genesisHash,
  getSlot: (ledger, parameters) => ledger.tip(commitmentOf(optionsAt(parameters, 0))).slot,
  getBlockHeight: (ledger, parameters) => ledger.tip(commitmentOf(optionsAt(parameters, 0))).height,
  getFirstAvailableBlock: () => 0,
  getBlockTime: (ledger, parameters) => blockAt(ledger, numberAt(parameters, 0), 'confirmed').time,
  getBlock: (ledger, parameters) => {
    const options = optionsAt(parameters, 1)
    const commitment = settledCommitment(options)
    return blockAnswer(blockAt(ledger, numberAt(parameters, 0), commitment), wishOf(options))
  },
  getBlocks: (ledger, parameters) => {
    const [, end] = parameters
    const options = optionsAt(parameters, typeof end === 'number' ? 2 : 1)
    const upTo = typeof end === 'number' ? end : Infinity
    const slots = slotsFrom(ledger, numberAt(parameters, 0), settledCommitment(options))
    return slots.filter((slot) => slot <= upTo)
  },
  getBlocksWithLimit: (ledger, parameters) => {
    const commitment = settledCommitment(optionsAt(parameters, 2))
    const slots = slotsFrom(ledger, numberAt(parameters, 0), commitment)
    return slots.slice(0, numberAt(parameters, 1))
  },
  getLatestBlockhash: (ledger, parameters) => {
    const { slot, hash, height } = ledger.tip(commitmentOf(optionsAt(parameters, 0)))
    const value = { blockhash: hash, lastValidBlockHeight: height + BLOCKHASH_BLOCKS }
    return { context: { slot }, value }
  },
  isBlockhashValid: (ledger, parameters) => {
    const tip = ledger.tip(commitmentOf(optionsAt(parameters, 1)))
    const value = ledger.isRecent(textAt(parameters, 0), tip)
    return { context: { slot: tip.slot }, value }
  },
  getTransaction: (ledger, parameters) => {
    const options = optionsAt(parameters, 1)
    const found = settled(ledger, textAt(parameters, 0), settledCommitment(options))
    return found === undefined ? null : placedAnswer(found, wishOf(options))
  },
  getSignatureStatuses: (ledger, parameters) => {
    const [signatures] = parameters
    if (!Array.isArray(signatures)) throw invalidParameters('a list is expected')
    const value = signatures.map((one) => statusOf(ledger, ledger.find(String(one))))
    return { context: { slot: ledger.tip('processed').slot }, value }
  },
  getSignaturesForAddress: (ledger, parameters) => {
    const address = addressAt(parameters, 0)
    const options = optionsAt(parameters, 1)
    const { limit = SIGNATURES_MAX, before, until } = options
    if (typeof limit !== 'number' || limit < 1 || limit > SIGNATURES_MAX) {
      throw invalidParameters(`Invalid limit; max ${SIGNATURES_MAX}`)
    }
    const all = confirmedBlocks(ledger, 0, settledCommitment(options))
      .toReversed()
      .flatMap((block) =>
        block.executed
          .filter(({ sent }) => sent.accounts.some((one) => one.address === address))
          .map((executed) => ({ block, executed }))
          .toReversed(),
      )
    const signature = (one: Placed): string => one.executed.sent.signature
    const from = before === undefined ? 0 : all.findIndex((one) => signature(one) === before) + 1
    const to = all.findIndex((one) => signature(one) === until)
    return all
      .slice(from, to === -1 ? all.length : to)
      .slice(0, limit)
      .map((one) => ({
        signature: signature(one),
        slot: one.block.slot,
        err: one.executed.execution.error?.json ?? null,
        memo: null,
        blockTime: one.block.time,
        confirmationStatus: commitmentNow(ledger, one.block),
      }))
  },
}

const wishOf = (options: Readonly<Record<string, unknown>>): BlockWish => ({
  encoding: String(options['encoding'] ?? 'json'),
  details: String(options['transactionDetails'] ?? 'full'),
  version:
    options['maxSupportedTransactionVersion'] === undefined
      ? undefined
      : numberAt([options['maxSupportedTransactionVersion']], 0),
})

/** @throws RpcRefusal for a slot that is not reached, or has no block */
function blockAt(ledger: Ledger, slot: number, commitment: Commitment): Block {
  if (slot > ledger.tip(commitment).slot) {
    throw new RpcRefusal(-32004, `Block not available for slot ${slot}`)
  }
  const block = ledger.blockAt(slot)
  if (block !== undefined) return block
  const reason = 'was skipped, or missing due to ledger jump to recent snapshot'
  throw new RpcRefusal(-32007, `Slot ${slot} ${reason}`)
}

const confirmedBlocks = (ledger: Ledger, from: number, commitment: Commitment): readonly Block[] =>
  ledger.blocksFrom(from).filter((block) => block.slot <= ledger.tip(commitment).slot)

const slotsFrom = (ledger: Ledger, from: number, commitment: Commitment): readonly number[] =>
  confirmedBlocks(ledger, from, commitment).map((block) => block.slot)

function settled(ledger: Ledger, signature: string, commitment: Commitment): Placed | undefined {
  const found = ledger.find(signature)
  return found !== undefined && found.block.slot <= ledger.tip(commitment).slot ? found : undefined
}

function commitmentNow(ledger: Ledger, { slot }: Block): Commitment {
  if (slot <= ledger.tip('finalized').slot) return 'finalized'
  return slot <= ledger.tip('confirmed').slot ? 'confirmed' : 'processed'
}

function statusOf(ledger: Ledger, found: Placed | undefined): object | null {
  if (found === undefined) return null
  const { block, executed } = found
  const confirmationStatus = commitmentNow(ledger, block)
  const err = executed.execution.error?.json ?? null
  return {
    slot: block.slot,
    confirmations:
      confirmationStatus === 'finalized' ? null : ledger.tip('processed').height - block.height,
    err,
    status: err === null ? { Ok: null } : { Err: err },
    confirmationStatus,
  }
}
