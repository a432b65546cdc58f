import type { TronBlock } from './chain.ts'
import type { Executed } from './execution.ts'
import { hexOf, type Sent } from './transaction.ts'

/** A transaction as nodes show it, mined or not. */
export function showTransaction(sent: Sent, contractRet?: string): object {
  const { deed, raw } = sent
  const owner_address = hexOf(deed.owner)
  const value =
    deed.type === 'TransferContract'
      ? { amount: deed.sun, owner_address, to_address: hexOf(deed.to) }
      : {
          data: deed.data.slice(2),
          owner_address,
          contract_address: hexOf(deed.to),
          ...(deed.sun > 0n ? { call_value: deed.sun } : {}),
        }
  const type_url = `type.googleapis.com/protocol.${deed.type}`
  return {
    ...(contractRet === undefined ? {} : { ret: [{ contractRet }] }),
    signature: [sent.signature],
    txID: sent.txId,
    raw_data: {
      contract: [{ parameter: { value, type_url }, type: deed.type }],
      ref_block_bytes: raw.ref_block_bytes.toLowerCase(),
      ref_block_hash: raw.ref_block_hash.toLowerCase(),
      expiration: raw.expiration,
      ...(raw.fee_limit === undefined || raw.fee_limit === 0 ? {} : { fee_limit: raw.fee_limit }),
      timestamp: raw.timestamp,
    },
    raw_data_hex: sent.rawHex,
  }
}

/** A block's header; of the first one the number is left out, as everything that is zero. */
export function showHeader({ id, number, timeMs, parentId, witness }: TronBlock): object {
  const raw_data = {
    ...(number === 0 ? {} : { number }),
    txTrieRoot: '0'.repeat(64),
    witness_address: hexOf(
      `0x${Buffer.from(witness).toString('hex').padEnd(40, '0').slice(0, 40)}`,
    ),
    parentHash: parentId,
    version: 31,
    timestamp: timeMs,
  }
  return { blockID: id, block_header: { raw_data, witness_signature: '' } }
}

/** A block with its transactions, which are left out where there are none. */
export function showBlock(block: TronBlock): object {
  if (block.executed.length === 0) return showHeader(block)
  const transactions = block.executed.map((one) => showTransaction(one.sent, one.contractRet))
  return { ...showHeader(block), transactions }
}

/** What a transaction did, as nodes show it. */
export function showInfo(block: TronBlock, executed: Executed): object {
  const { sent, contractRet, feeSun, energyUsage } = executed
  const isCall = sent.deed.type === 'TriggerSmartContract'
  return {
    id: sent.txId,
    ...(feeSun > 0n ? { fee: feeSun } : {}),
    blockNumber: block.number,
    blockTimeStamp: block.timeMs,
    contractResult: [executed.output.slice(2)],
    ...(isCall ? { contract_address: hexOf(sent.deed.to) } : {}),
    receipt: {
      ...(energyUsage > 0n ? { energy_usage_total: energyUsage } : {}),
      ...(executed.energyFeeSun > 0n ? { energy_fee: executed.energyFeeSun } : {}),
      ...(executed.netUsage > 0n ? { net_usage: executed.netUsage } : {}),
      ...(executed.netFeeSun > 0n ? { net_fee: executed.netFeeSun } : {}),
      ...(isCall ? { result: contractRet } : {}),
    },
    ...(contractRet === 'SUCCESS' ? {} : { result: 'FAILED', resMessage: messageOf(contractRet) }),
    ...(executed.logs.length === 0 ? {} : { log: executed.logs.map(showLog) }),
    ...(executed.inner.length === 0
      ? {}
      : { internal_transactions: executed.inner.map((one) => showInner(sent, one)) }),
  }
}

const messageOf = (contractRet: string): string =>
  Buffer.from(contractRet === 'REVERT' ? 'REVERT opcode executed' : 'Not enough energy').toString(
    'hex',
  )

/** Logs name the contract without the byte that addresses begin with. */
const showLog = ({ address, topics, data }: Executed['logs'][number]): object => ({
  address: address.slice(2),
  topics: topics.map((topic) => topic.slice(2)),
  ...(data === '0x' ? {} : { data: data.slice(2) }),
})

function showInner(sent: Sent, { type, from, to, sun, failed }: Executed['inner'][number]): object {
  const note = type === 'SELFDESTRUCT' ? 'suicide' : type.toLowerCase()
  return {
    hash: sent.txId,
    caller_address: hexOf(from),
    transferTo_address: hexOf(to),
    // A borrowed call names a value that it does not move.
    callValueInfo: [sun > 0n && type !== 'DELEGATECALL' ? { callValue: sun } : {}],
    note: Buffer.from(note).toString('hex'),
    ...(failed ? { rejected: true } : {}),
  }
}
