import { getBase58Decoder, getCompiledTransactionMessageDecoder } from '@solana/kit'
import type { Block, Placed } from './ledger.ts'
import type { Executed } from './records.ts'
import { invalidParameters, RpcRefusal } from './refusal.ts'

/** How a block is wanted. */
export type BlockWish = Readonly<{ encoding: string; details: string; version: number | undefined }>

/** A block as `getBlock` answers it. */
export function blockAnswer(block: Block, wish: BlockWish): object {
  const { hash, previousHash, height, parentSlot, time, executed } = block
  const header = {
    blockhash: hash,
    previousBlockhash: previousHash,
    blockHeight: height,
    parentSlot,
    blockTime: time,
    rewards: [],
  }
  switch (wish.details) {
    case 'none':
      return header
    case 'signatures':
      return { ...header, signatures: executed.map(({ sent }) => sent.signature) }
    case 'accounts':
    case 'full':
      return { ...header, transactions: executed.map((one) => transactionAnswer(one, wish)) }
    default:
      throw invalidParameters(`unknown transactionDetails ${wish.details}`)
  }
}

/** A transaction as `getTransaction` answers it. */
export const placedAnswer = ({ block, executed }: Placed, wish: BlockWish): object => ({
  slot: block.slot,
  blockTime: block.time,
  ...transactionAnswer(executed, { ...wish, details: 'full' }),
})

function transactionAnswer(executed: Executed, wish: BlockWish): object {
  const { sent } = executed
  const message = getCompiledTransactionMessageDecoder().decode(sent.transaction.messageBytes)
  if (message.version === 0 && wish.version === undefined) {
    const problem = 'Transaction version (0) is not supported by the requesting client'
    throw new RpcRefusal(-32015, problem)
  }
  const meta = metaOf(executed)
  const version = wish.version === undefined ? {} : { version: message.version }
  const signatures = signaturesOf(executed)
  if (wish.details === 'accounts') {
    const accountKeys = sent.accounts.map(({ address, signer, writable }) => {
      return { pubkey: address, signer, source: 'transaction', writable }
    })
    return { transaction: { signatures, accountKeys }, meta, ...version }
  }
  if (wish.encoding === 'base64') {
    const transaction = [Buffer.from(sent.wire).toString('base64'), 'base64']
    return { transaction, meta, ...version }
  }
  if (wish.encoding !== 'json')
    throw invalidParameters(`encoding ${wish.encoding} is not kept here`)
  if (!('instructions' in message)) throw invalidParameters('a version that is not kept here')
  const { header, staticAccounts, lifetimeToken, instructions } = message
  const written = {
    header: {
      numRequiredSignatures: header.numSignerAccounts,
      numReadonlySignedAccounts: header.numReadonlySignerAccounts,
      numReadonlyUnsignedAccounts: header.numReadonlyNonSignerAccounts,
    },
    accountKeys: staticAccounts,
    recentBlockhash: lifetimeToken,
    instructions: instructions.map(({ programAddressIndex, accountIndices = [], data }) => ({
      programIdIndex: programAddressIndex,
      accounts: accountIndices,
      data: getBase58Decoder().decode(data ?? new Uint8Array()),
      stackHeight: null,
    })),
  }
  return { transaction: { signatures, message: written }, meta, ...version }
}

const signaturesOf = ({ sent }: Executed): readonly string[] =>
  Object.values(sent.transaction.signatures).map((one) =>
    getBase58Decoder().decode(one ?? new Uint8Array(64)),
  )

function metaOf(executed: Executed): object {
  const { sent, execution, preBalances, postBalances } = executed
  const err = execution.error?.json ?? null
  return {
    err,
    status: err === null ? { Ok: null } : { Err: err },
    fee: sent.fee,
    preBalances,
    postBalances,
    preTokenBalances: executed.preTokenBalances,
    postTokenBalances: executed.postTokenBalances,
    innerInstructions: [],
    logMessages: execution.logs,
    loadedAddresses: { writable: [], readonly: [] },
    rewards: [],
    computeUnitsConsumed: execution.unitsConsumed,
  }
}
