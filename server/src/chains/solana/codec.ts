import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { SigningKey, TxCodec, TxEffects } from '../contract-sending.ts'
import { createByteReader } from './byte-reader.ts'
import { effectsOf, spendersOf, type Reading } from './effects.ts'
import { readLasting, slotOf, writeLasting, type Lasting } from './lifetime.ts'
import { compactLength, readMessage, writeMessage } from './message.ts'
import { TRANSACTION_BYTES_MAX } from './programs.ts'
import { instructionOf, stepOf } from './steps.ts'

const SIGNATURE_BYTES = 64

/** What is written into a message. */
export type Draft = Reading & Readonly<{ blockhash: string; lastValidBlockHeight: bigint }>

type SignedParts = Readonly<{ signatures: readonly Uint8Array[]; message: Uint8Array }>

/** The unsigned bytes of a draft: its lifetime, then the message that is signed. */
export function writeUnsigned(draft: Draft): Uint8Array {
  const { feePayer, blockhash, lastValidBlockHeight, steps } = draft
  const body = writeMessage({ feePayer, blockhash, instructions: steps.map(instructionOf) })
  return writeLasting({ lastValidBlockHeight, body })
}

/** How many bytes a transaction has with its signatures, as it goes over the wire. */
export function wireLength(draft: Draft): number {
  const { length } = readLasting(writeUnsigned(draft)).body
  return 1 + spendersOf(draft).length * SIGNATURE_BYTES + length
}

/** What is sent to the network of signed bytes. @throws RangeError when they are damaged */
export const wireOf = (signed: Uint8Array): Uint8Array => readLasting(signed).body

/** What signed bytes say of their compute units: the price is in millionths of a lamport. */
export function budgetIn(signed: Uint8Array): Readonly<{ units: number; price: bigint }> {
  const steps = readMessage(readWire(wireOf(signed)).message).instructions.map(stepOf)
  const limit = steps.find((step) => step.kind === 'unit_limit')
  const price = steps.find((step) => step.kind === 'unit_price')
  return { units: limit?.units ?? 0, price: price?.price ?? 0n }
}

type Explained = Readonly<{ effects: TxEffects; draft: Draft }>

/**
 * Reads a message in its one writing: what our own words for it would be written as must be these
 * bytes again, so that nothing is in them that the words do not say.
 */
function explainMessage(chain: ChainId, lasting: Lasting): Explained {
  const { body, lastValidBlockHeight } = lasting
  const { feePayer, blockhash, instructions } = readMessage(body)
  const steps = instructions.map(stepOf)
  const draft = { feePayer, blockhash, lastValidBlockHeight, steps }
  if (!sameBytes(writeUnsigned(draft), writeLasting(lasting))) {
    throw new RangeError('it is not in the one writing that is read')
  }
  if (wireLength(draft) > TRANSACTION_BYTES_MAX) throw new RangeError('it is too long')
  const slots = [slotOf(lasting, blockhash)]
  return { draft, effects: { ...effectsOf(chain, draft), slots } }
}

/** Signatures and message of what goes over the wire. @throws RangeError saying what is wrong */
function readWire(wire: Uint8Array): SignedParts {
  const reader = createByteReader(wire)
  const signatures = Array.from({ length: reader.length() }, () => reader.take(SIGNATURE_BYTES))
  const before = compactLength(signatures.length).length + signatures.length * SIGNATURE_BYTES
  return { signatures, message: wire.slice(before) }
}

function explainSigned(
  chain: ChainId,
  signed: Uint8Array,
): Readonly<{ txHash: string; effects: TxEffects }> {
  const { lastValidBlockHeight, body } = readLasting(signed)
  const { signatures, message } = readWire(body)
  const { effects } = explainMessage(chain, { lastValidBlockHeight, body: message })
  const [first] = signatures
  if (first === undefined || signatures.length !== effects.spenders.length) {
    throw new RangeError('it has another number of signatures than signers')
  }
  // The signers are the first accounts of the message, in the order of the signatures.
  const signers = signersOf(message, signatures.length)
  signatures.forEach((signature, place) => {
    const key = signers[place] ?? new Uint8Array()
    if (!ed25519.verify(signature, message, key, { zip215: false })) {
      throw new RangeError('a signature is wrong')
    }
  })
  return { txHash: base58.encode(first), effects }
}

const HEADER_BYTES = 3
const KEY_BYTES = 32

function signersOf(message: Uint8Array, count: number): readonly Uint8Array[] {
  const reader = createByteReader(message)
  reader.take(HEADER_BYTES)
  reader.length()
  return Array.from({ length: count }, () => reader.take(KEY_BYTES))
}

function sign(chain: ChainId, unsigned: Uint8Array, keys: readonly SigningKey[]) {
  const lasting = readLasting(unsigned)
  const { effects } = explainMessage(chain, lasting)
  const signatures = signersOf(lasting.body, effects.spenders.length).map((publicKey) => {
    const address = base58.encode(publicKey)
    const key = keys.find((one) => one.address === address)
    if (key === undefined) throw new RangeError(`the key of ${address} is missing`)
    if (!sameBytes(ed25519.getPublicKey(key.privateKey), publicKey)) {
      throw new RangeError(`the key given for ${address} is another one`)
    }
    return ed25519.sign(lasting.body, key.privateKey)
  })
  const wire = concatBytes(compactLength(signatures.length), ...signatures, lasting.body)
  const bytes = writeLasting({ ...lasting, body: wire })
  return { chain, bytes, txHash: base58.encode(signatures[0] ?? new Uint8Array()) }
}

/**
 * Solana's transactions. Unsigned bytes are a message with its lifetime before it (`lifetime.ts`),
 * signed ones the transaction with the same before it. A signing key is the 32-byte seed of an
 * ed25519 key (RFC 8032), as SLIP-10 derives it.
 */
export const solanaCodec: TxCodec = {
  explain: (chain, unsigned) =>
    readable(chain, () => explainMessage(chain, readLasting(unsigned)).effects),
  sign: (chain, unsigned, keys) => readable(chain, () => sign(chain, unsigned, keys)),
  explainSigned: (chain, signed) => readable(chain, () => explainSigned(chain, signed)),
}

/** What is wrong with bytes is a refusal, whoever found it. */
function readable<Read>(chain: ChainId, read: () => Read): Read {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const problem = cause.message
    throw new AppError('chain.transaction_not_readable', { chain, problem }, { cause })
  }
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, place) => byte === other[place])
