import {
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  type Address,
} from '@solana/kit'
import { invalidParameters, RpcRefusal } from './refusal.ts'
import type { Sent } from './records.ts'

const WIRE_BYTES_MAX = 1_232
const LAMPORTS_PER_SIGNATURE = 5_000n
const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111'
const SIGNATURE_BYTES = 64
const UNITS_MAX = 1_400_000
const UNITS_PER_INSTRUCTION = 200_000

/** Reads a transaction as the node does before it looks at anything else. @throws RpcRefusal */
export function readSent(wire: Uint8Array): Sent {
  if (wire.length > WIRE_BYTES_MAX) {
    throw invalidParameters(`encoded transaction too large: ${wire.length} bytes`)
  }
  try {
    return decode(wire)
  } catch (cause) {
    if (cause instanceof RpcRefusal) throw cause
    throw invalidParameters('failed to deserialize solana_transaction::Transaction')
  }
}

function decode(wire: Uint8Array): Sent {
  const transaction = getTransactionDecoder().decode(wire)
  const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes)
  if (message.version !== 'legacy' && message.version !== 0) throw new Error('unknown version')
  const { header, staticAccounts, instructions, lifetimeToken } = message
  if ('addressTableLookups' in message && (message.addressTableLookups ?? []).length > 0) {
    throw invalidParameters('lookup tables are not kept here')
  }
  const signers = header.numSignerAccounts
  const writableOthers = staticAccounts.length - header.numReadonlyNonSignerAccounts
  const accounts = staticAccounts.map((address: Address, place) => ({
    address,
    signer: place < signers,
    writable:
      place < signers ? place < signers - header.numReadonlySignerAccounts : place < writableOthers,
  }))
  const [first] = Object.values(transaction.signatures)
  const calls = instructions.map(({ programAddressIndex, data }) => ({
    program: staticAccounts[programAddressIndex],
    data: Buffer.from(data ?? []),
  }))
  const fee = BigInt(signers) * LAMPORTS_PER_SIGNATURE + priorityFee(calls)
  const signature = getBase58Decoder().decode(first ?? new Uint8Array(SIGNATURE_BYTES))
  return { signature, transaction, wire, blockhash: lifetimeToken, accounts, fee }
}

type Call = Readonly<{ program: Address | undefined; data: Buffer }>

/** What is paid for being early: the price of a unit, times the units that are asked for. */
function priorityFee(calls: readonly Call[]): bigint {
  const budget = calls.filter((one) => one.program === COMPUTE_BUDGET)
  const price = budget.find(({ data }) => data[0] === 3)?.data.readBigUInt64LE(1) ?? 0n
  const limit = budget.find(({ data }) => data[0] === 2)?.data.readUInt32LE(1)
  const units = Math.min(limit ?? (calls.length - budget.length) * UNITS_PER_INSTRUCTION, UNITS_MAX)
  return (price * BigInt(units) + 999_999n) / 1_000_000n
}
