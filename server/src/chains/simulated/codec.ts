import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { assetById, knownNetwork } from '../../money/registry.ts'
import { units, type AssetId, type ChainId, type Units } from '../../money/units.ts'
import type { SignedTx, SigningKey, TxCodec, TxEffects } from '../contract-sending.ts'
import { addressOf } from './address.ts'
import { hashName } from './derive.ts'

/**
 * What begins every transaction of a simulated chain, signed with the rest: no real chain takes
 * bytes that begin so, and no signature over them is one over anything else.
 */
export const SIMULATED_MARK = 'coffer simulated transaction 1\n'

const Amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform((text) => units(BigInt(text)))

const Asset = z.string().transform((text, context) => {
  const asset = assetById(text)
  if (asset !== undefined) return asset.id
  context.addIssue('it is no asset of the registry')
  return z.NEVER
})

const Body = z.strictObject({
  chain: z.string(),
  senders: z
    .array(z.strictObject({ address: z.string(), nonce: z.int().min(0) }))
    .min(1)
    .max(100),
  fee: Amount,
  transfers: z
    .array(z.strictObject({ from: z.string(), to: z.string(), asset: Asset, units: Amount }))
    .min(1)
    .max(100),
})

/** A transaction of a simulated chain. The first sender pays the fee, in the chain's own coin. */
export type SimulatedSpend = Readonly<{
  chain: string
  senders: readonly Readonly<{ address: string; nonce: number }>[]
  fee: Units
  transfers: readonly Readonly<{ from: string; to: string; asset: AssetId; units: Units }>[]
}>

/** The bytes of a transaction without its signatures. */
export function writeSpend(spend: SimulatedSpend): Uint8Array {
  const { chain, senders, fee, transfers } = spend
  const body = {
    chain,
    senders: senders.map(({ address, nonce }) => ({ address, nonce })),
    fee: `${fee}`,
    transfers: transfers.map(({ from, to, asset, units: amount }) => ({
      from,
      to,
      asset,
      units: `${amount}`,
    })),
  }
  return utf8ToBytes(`${SIMULATED_MARK}${JSON.stringify(body)}\n`)
}

/** Reads it back; only the one writing of each is read. @throws chain.transaction_not_readable */
export function readSpend(chain: ChainId, unsigned: Uint8Array): SimulatedSpend {
  const refuse = (problem: string): AppError =>
    new AppError('chain.transaction_not_readable', { chain, problem })
  const text = new TextDecoder().decode(unsigned)
  if (!text.startsWith(SIMULATED_MARK)) throw refuse('it is none of a simulated chain')
  const parsed = Body.safeParse(parseJson(text.slice(SIMULATED_MARK.length)))
  if (!parsed.success) throw refuse('its members are not those of a transaction')
  if (!sameBytes(writeSpend(parsed.data), unsigned)) throw refuse('it has another writing')
  if (parsed.data.chain !== chain) throw refuse(`it is one of ${parsed.data.chain}`)
  return parsed.data
}

/** A signature of one sender over the unsigned bytes. */
type Signature = Readonly<{ publicKey: string; signature: string }>

/** How simulated chains write transactions, whichever family they play. */
export const simulatedCodec: TxCodec = {
  explain: (chain, unsigned) => effectsOf(readSpend(chain, unsigned)),
  sign,
  explainSigned: (chain, signed) => {
    const { unsigned, spend } = openSigned(chain, signed)
    return { txHash: hashOf(chain, unsigned), effects: effectsOf(spend) }
  },
}

function effectsOf(spend: SimulatedSpend): TxEffects {
  const own = spend.senders.map(({ address }) => address)
  const strangers = spend.transfers.filter(({ from }) => !own.includes(from))
  return {
    moves: spend.transfers,
    spenders: own,
    feePayer: own[0],
    feeMax: spend.fee,
    slots: spend.senders.map(({ address, nonce }) => `nonce:${address}:${nonce}`),
    besides: strangers.map(({ from }) => `it spends what ${from} has, who does not sign`),
  }
}

function sign(chain: ChainId, unsigned: Uint8Array, keys: readonly SigningKey[]): SignedTx {
  const { senders } = readSpend(chain, unsigned)
  const signatures = senders.map(({ address }): Signature => {
    const key = keys.find((one) => one.address === address)
    if (key === undefined) throw new Error(`the key of ${address} was not given`)
    return {
      publicKey: bytesToHex(secp256k1.getPublicKey(key.privateKey, true)),
      signature: bytesToHex(secp256k1.sign(unsigned, key.privateKey)),
    }
  })
  const lines = signatures.map((one) => `${one.publicKey} ${one.signature}\n`).join('')
  const bytes = new Uint8Array([...unsigned, ...utf8ToBytes(lines)])
  return { chain, bytes, txHash: hashOf(chain, unsigned) }
}

/** Reads signed bytes; every sender's signature must verify. @throws chain.transaction_not_readable */
export function openSigned(
  chain: ChainId,
  signed: Uint8Array,
): Readonly<{ unsigned: Uint8Array; spend: SimulatedSpend }> {
  const refuse = (problem: string): AppError =>
    new AppError('chain.transaction_not_readable', { chain, problem })
  const end = signed.indexOf(0x0a, SIMULATED_MARK.length) + 1
  const unsigned = signed.subarray(0, end)
  const spend = readSpend(chain, unsigned)
  const { family } = knownNetwork(chain)
  const lines = new TextDecoder().decode(signed.subarray(end)).split('\n')
  if (lines.pop() !== '' || lines.length !== spend.senders.length) {
    throw refuse('it has not one signature for each sender')
  }
  lines.forEach((line, place) => {
    const parts = /^([0-9a-f]{66}) ([0-9a-f]{128})$/.exec(line)
    const [, publicKey = '', signature = ''] = parts ?? []
    const isSenders =
      parts !== null &&
      verifies(signature, unsigned, publicKey) &&
      addressOf(family, hexToBytes(publicKey)) === spend.senders[place]?.address
    if (!isSenders) throw refuse(`signature ${place + 1} is not that of its sender`)
  })
  return { unsigned, spend }
}

function verifies(signature: string, message: Uint8Array, publicKey: string): boolean {
  try {
    return secp256k1.verify(hexToBytes(signature), message, hexToBytes(publicKey))
  } catch {
    // Bytes that are no point of the curve verify nothing.
    return false
  }
}

const hashOf = (chain: ChainId, unsigned: Uint8Array): string =>
  hashName(knownNetwork(chain).family, sha256(unsigned))

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, place) => byte === other[place])

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON fits no schema either.
    return undefined
  }
}
