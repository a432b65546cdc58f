import { utils } from 'tronweb'
import type { TronChain } from './chain.ts'
import { NOBODY, payData, transferData, type Contracts, type ContractPayment } from './contracts.ts'
import { signedHex } from './node.ts'
import { accountOf, hexOf, type Deed } from './transaction.ts'

// Somebody with endless coins and tokens, who signs with tronweb and sends like everybody else.

const KEY = '1'.repeat(64)

/** The account that pays. */
export const FAUCET = accountOf(utils.address.toHex(utils.address.fromPrivateKey(KEY) || ''))

const VALID_MS = 12 * 3_600_000
const FEE_LIMIT = 1_000_000_000

/** Pays from nowhere; each payment waits in the mempool as one transaction. */
export type Faucet = Readonly<{
  /** One payment by a transfer, several by a contract. @returns the transaction's id */
  pay: (payments: readonly [ContractPayment, ...ContractPayment[]]) => Promise<string>
  /** Coins or tokens that a contract sends. */
  payByContract: (payments: readonly ContractPayment[]) => Promise<string>
}>

/** @throws Error when the chain does not take what it sends */
export function createFaucet(chain: TronChain, contracts: Contracts): Faucet {
  let sent = 0
  const send = async (deed: Deed): Promise<string> => {
    sent += 1
    const raw = rawOf(chain, deed, sent)
    const { txID, hex } = signed(raw)
    const answer = await chain.broadcast(hex)
    if (answer?.kind === 'taken') return txID
    throw new Error(`the faucet's payment was refused: ${JSON.stringify(answer)}`)
  }
  const call = (to: string, data: string, sun: bigint): Promise<string> =>
    send({ type: 'TriggerSmartContract', owner: FAUCET, to, sun, data })
  const payByContract: Faucet['payByContract'] = async (payments) => {
    const coins = payments.filter(({ token }) => token === NOBODY)
    const sun = coins.reduce((sum, { units }) => sum + units, 0n)
    return call(contracts.payer, await payData(payments), sun)
  }
  return {
    payByContract,
    pay: async ([first, ...more]) => {
      if (more.length > 0) return payByContract([first, ...more])
      const { token, to, units } = first
      if (token !== NOBODY) return call(token, await transferData(to, units), 0n)
      return send({ type: 'TransferContract', owner: FAUCET, to, sun: units })
    },
  }
}

function rawOf(chain: TronChain, deed: Deed, salt: number): object {
  const { id, number, timeMs } = chain.solid()
  const addresses =
    deed.type === 'TransferContract'
      ? { to_address: hexOf(deed.to), amount: Number(deed.sun) }
      : { contract_address: hexOf(deed.to), call_value: Number(deed.sun), data: deed.data.slice(2) }
  const value = { owner_address: hexOf(deed.owner), ...addresses }
  const type_url = `type.googleapis.com/protocol.${deed.type}`
  return {
    contract: [{ parameter: { value, type_url }, type: deed.type }],
    ref_block_bytes: number.toString(16).padStart(4, '0').slice(-4),
    ref_block_hash: id.slice(16, 32),
    expiration: Math.max(timeMs, chain.head().timeMs) + VALID_MS,
    // Nobody checks it, and two payments alike must not be the same transaction.
    timestamp: timeMs + salt,
    ...(deed.type === 'TransferContract' ? {} : { fee_limit: FEE_LIMIT }),
  }
}

function signed(raw_data: object): Readonly<{ txID: string; hex: string }> {
  const pb: unknown = utils.transaction.txJsonToPb({ raw_data })
  const raw = utils.transaction.txPbToRawDataHex(pb).toLowerCase()
  const txID = utils.transaction.txPbToTxID(pb).replace(/^0x/, '')
  const hash = utils.code.hexStr2byteArray(txID)
  const signature = utils.crypto.ECKeySign(
    Uint8Array.from(hash),
    Uint8Array.from(utils.code.hexStr2byteArray(KEY)),
  )
  return { txID, hex: signedHex(raw, signature.replace(/^0x/, '')) }
}
