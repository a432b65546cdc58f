import { concatBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import { createByteReader } from './byte-reader.ts'

/** An account as an instruction names it. */
export type AccountMeta = Readonly<{ address: string; signer: boolean; writable: boolean }>

/** One call of a program. */
export type Instruction = Readonly<{
  program: string
  accounts: readonly AccountMeta[]
  data: Uint8Array
}>

/** What a transaction asks for: everything that is signed. */
export type Message = Readonly<{
  /** Signs first, and pays the fee. */
  feePayer: string
  /** The recent blockhash on which its lifetime rests, in base 58. */
  blockhash: string
  instructions: readonly Instruction[]
}>

const KEY_BYTES = 32

/** The bytes of a short vector's length: seven bits a byte, the low ones first. */
export function compactLength(length: number): Uint8Array {
  const bytes: number[] = []
  let rest = length
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return Uint8Array.of(...bytes, rest)
}

/**
 * The accounts of a message: the payer, then signers before others, and writable ones before those
 * that are only read; in each of these groups by their bytes.
 */
function accountsOf({ feePayer, instructions }: Message): readonly AccountMeta[] {
  const merged = new Map<string, AccountMeta>()
  const called = instructions.flatMap(({ program, accounts }) => [
    ...accounts,
    { address: program, signer: false, writable: false },
  ])
  for (const { address, signer, writable } of called) {
    const known = merged.get(address)
    merged.set(address, {
      address,
      signer: signer || known?.signer === true,
      writable: writable || known?.writable === true,
    })
  }
  merged.delete(feePayer)
  const rank = (one: AccountMeta): number => (one.signer ? 0 : 2) + (one.writable ? 0 : 1)
  const others = Array.from(merged.values(), (meta) => ({ meta, key: base58.decode(meta.address) }))
  others.sort((a, b) => rank(a.meta) - rank(b.meta) || Buffer.compare(a.key, b.key))
  const payer = { address: feePayer, signer: true, writable: true }
  return [payer, ...others.map((one) => one.meta)]
}

/** The bytes of a message in the form without a version; each message has one writing. */
export function writeMessage(message: Message): Uint8Array {
  const accounts = accountsOf(message)
  const signers = accounts.filter((one) => one.signer)
  const places = new Map(accounts.map(({ address }, place) => [address, place]))
  const placeOf = (address: string): number => places.get(address) ?? 0
  const instructions = message.instructions.flatMap(({ program, accounts: metas, data }) => [
    Uint8Array.of(placeOf(program)),
    compactLength(metas.length),
    Uint8Array.from(metas, ({ address }) => placeOf(address)),
    compactLength(data.length),
    data,
  ])
  return concatBytes(
    Uint8Array.of(
      signers.length,
      signers.filter((one) => !one.writable).length,
      accounts.filter((one) => !one.signer && !one.writable).length,
    ),
    compactLength(accounts.length),
    ...accounts.map(({ address }) => base58.decode(address)),
    base58.decode(message.blockhash),
    compactLength(message.instructions.length),
    ...instructions,
  )
}

/**
 * Reads a message without a version: every byte of it, and not one more. What its accounts may do
 * is what its header says.
 *
 * @throws RangeError saying what is wrong
 */
export function readMessage(bytes: Uint8Array): Message {
  const reader = createByteReader(bytes)
  const signers = reader.byte()
  if (signers > 0x7f) throw new RangeError('it is a message with a version')
  const readonlySigners = reader.byte()
  const readonlyOthers = reader.byte()
  const addresses = Array.from({ length: reader.length() }, () =>
    base58.encode(reader.take(KEY_BYTES)),
  )
  const [feePayer] = addresses
  const fits = signers > readonlySigners && signers + readonlyOthers <= addresses.length
  if (feePayer === undefined || !fits) throw new RangeError('its header is not possible')
  if (new Set(addresses).size < addresses.length) throw new RangeError('it names an account twice')
  const accounts = addresses.map((address, place): AccountMeta => {
    const signer = place < signers
    const writable = signer
      ? place < signers - readonlySigners
      : place < addresses.length - readonlyOthers
    return { address, signer, writable }
  })
  const accountAt = (place: number): AccountMeta => {
    const account = accounts[place]
    if (account === undefined) throw new RangeError('it names an account that it does not have')
    return account
  }
  const blockhash = base58.encode(reader.take(KEY_BYTES))
  const instructions = Array.from({ length: reader.length() }, (): Instruction => {
    const program = accountAt(reader.byte()).address
    const metas = Array.from(reader.take(reader.length()), accountAt)
    return { program, accounts: metas, data: reader.take(reader.length()) }
  })
  reader.end()
  return { feePayer, blockhash, instructions }
}
