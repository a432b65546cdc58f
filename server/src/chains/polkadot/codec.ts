import { ed25519 } from '@noble/curves/ed25519.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import * as sr25519 from '@scure/sr25519'
import { AppError } from '../../errors/app-error.ts'
import { networkByChain } from '../../money/registry.ts'
import { units, type ChainId } from '../../money/units.ts'
import type { SigningKey, TxCodec, TxEffects } from '../contract-sending.ts'
import { polkadotAddressOf } from './address.ts'
import { networkOf, type PolkadotNetwork } from './networks.ts'
import { NotScale } from './scale.ts'
import { slotsOf } from './slots.ts'
import {
  extrinsicIn,
  payloadOf,
  readSigned,
  readUnsigned,
  writeSigned,
  type PolkadotTransfer,
  type SignedTransfer,
} from './transaction.ts'

/** Longer payloads are signed by their hash. */
const PAYLOAD_BYTES_MAX = 256
const HASH_BYTES = 32
/** A seed of 32 bytes stands for itself in ed25519; the secret of sr25519 is its expansion. */
const SEED_BYTES = 32

/**
 * Reads and signs transfers of DOT. A key is an sr25519 secret of 64 bytes, or a seed of 32: of
 * which curve, the address tells that goes with it.
 */
export const polkadotCodec: TxCodec = {
  explain: (chain, unsigned) => {
    const network = networkFor(chain)
    return effectsOf(
      network,
      refusing(chain, () => readUnsigned(network, unsigned)),
    )
  },
  sign: (chain, unsigned, keys) => {
    const network = networkFor(chain)
    const tx = refusing(chain, () => readUnsigned(network, unsigned))
    const sender = addressOf(network, tx.account)
    const key = keys.find((one) => one.address === sender)
    if (key === undefined) throw notReadable(chain, `the key of ${sender} is not given`)
    const signature = signatureBy(key, { account: tx.account, message: messageOf(network, tx) })
    if (signature === undefined) {
      throw notReadable(chain, `the key that is given is not that of ${sender}`)
    }
    const bytes = writeSigned(network, { ...tx, signature })
    return { chain, bytes, txHash: hashOf(extrinsicIn(bytes)) }
  },
  explainSigned: (chain, signed) => {
    const network = networkFor(chain)
    const tx = refusing(chain, () => readSigned(network, signed))
    if (!verifies(network, tx)) throw notReadable(chain, 'their signature does not verify')
    return { txHash: hashOf(extrinsicIn(signed)), effects: effectsOf(network, tx) }
  },
}

/** The name of an extrinsic. */
export const hashOf = (extrinsic: Uint8Array): string =>
  `0x${bytesToHex(blake2b(extrinsic, { dkLen: HASH_BYTES }))}`

/** The network of a chain. @throws chain.transaction_not_readable when it is none of this family */
export function networkFor(chain: ChainId): PolkadotNetwork {
  const network = networkOf(chain)
  if (network === undefined) throw notReadable(chain, 'it is no network that is known')
  return network
}

/** The address of an account on a network. */
export const addressOf = ({ prefix }: PolkadotNetwork, account: Uint8Array): string =>
  polkadotAddressOf(account, prefix)

/** Reads signed bytes without verifying them. @throws chain.transaction_not_readable */
export const readSignedTransfer = (chain: ChainId, signed: Uint8Array): SignedTransfer =>
  refusing(chain, () => readSigned(networkFor(chain), signed))

function effectsOf(network: PolkadotNetwork, tx: PolkadotTransfer): TxEffects {
  const { chain, transactionVersions, transferFeeMax } = network
  const asset = networkByChain(chain)?.native
  if (asset === undefined) throw notReadable(chain, 'there is no such network')
  if (tx.amount === 0n) throw notReadable(chain, 'they pay nothing')
  const from = addressOf(network, tx.account)
  const amount = tx.amount === 'all' ? tx.amount : units(tx.amount)
  const version = tx.transactionVersion
  const besides = transactionVersions.includes(version)
    ? []
    : [`what its calls mean is not known for transaction version ${version}`]
  return {
    moves: [{ from, to: addressOf(network, tx.to), asset, units: amount }],
    spenders: [from],
    feePayer: from,
    feeMax: units(transferFeeMax + tx.tip),
    slots: slotsOf(from, tx),
    besides,
  }
}

function messageOf(network: PolkadotNetwork, tx: PolkadotTransfer): Uint8Array {
  const payload = payloadOf(network, tx)
  return payload.length > PAYLOAD_BYTES_MAX ? blake2b(payload, { dkLen: HASH_BYTES }) : payload
}

type ToSign = Readonly<{ account: Uint8Array; message: Uint8Array }>

/** Undefined when the key is that of another account on every curve. */
function signatureBy(
  { privateKey }: SigningKey,
  { account, message }: ToSign,
): SignedTransfer['signature'] | undefined {
  const isSeed = privateKey.length === SEED_BYTES
  if (isSeed && Buffer.from(ed25519.getPublicKey(privateKey)).equals(account)) {
    return { kind: 'ed25519', bytes: ed25519.sign(message, privateKey) }
  }
  const secret = isSeed ? sr25519.secretFromSeed(privateKey) : privateKey
  if (!Buffer.from(sr25519.getPublicKey(secret)).equals(account)) return undefined
  // From secret and message instead of from chance: signing again gives the same transaction.
  const random = blake2b(message, { key: secret, dkLen: 32 })
  return { kind: 'sr25519', bytes: sr25519.sign(secret, message, random) }
}

function verifies(network: PolkadotNetwork, tx: SignedTransfer): boolean {
  const { kind, bytes } = tx.signature
  const message = messageOf(network, tx)
  try {
    return kind === 'ed25519'
      ? ed25519.verify(bytes, message, tx.account, { zip215: false })
      : sr25519.verify(message, bytes, tx.account)
  } catch {
    // The libraries throw on what can be no signature, which is an answer here.
    return false
  }
}

function refusing<Read>(chain: ChainId, read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof NotScale)) throw error
    throw notReadable(chain, error.message, error)
  }
}

const notReadable = (chain: ChainId, problem: string, cause?: unknown): AppError =>
  new AppError('chain.transaction_not_readable', { chain, problem }, { cause })
