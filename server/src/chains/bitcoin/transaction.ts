import { hash } from 'node:crypto'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { units, type Units } from '../../money/units.ts'
import { MalformedBytes, readerOf, writeSize, writeU32, writeU64 } from './read-bytes.ts'
import type { ByteReader } from './read-bytes.ts'

/** What a transaction spends: the `index`-th output of `txid`. */
export type TxInput = Readonly<{
  txid: string
  index: number
  sequence: number
  /** Whether it carries a script of the old kind, as no input of ours does. */
  hasScript: boolean
}>

/** How an output is named that a transaction uses up. */
export const slotOf = ({ txid, index }: Pick<TxInput, 'txid' | 'index'>): string =>
  `input:${txid}:${index}`

/** What a transaction pays: so much to whoever fulfils the script. */
export type TxOutput = Readonly<{ script: Uint8Array; units: Units }>

/** A transaction as it is on the chain, its witnesses left out. */
export type BitcoinTx = Readonly<{
  /** As it is written everywhere: the reversed hash. */
  txid: string
  version: number
  inputs: readonly TxInput[]
  outputs: readonly TxOutput[]
  lockTime: number
  /** Its bytes without witnesses: what the txid is the hash of. */
  stripped: Uint8Array
}>

/** A block with all of its transactions, which are what its header says. */
export type BitcoinBlock = Readonly<{
  hash: string
  parent: string
  transactions: readonly BitcoinTx[]
}>

/** Every satoshi there will ever be. */
export const SATOSHI_MAX = 2_100_000_000_000_000n

/** The txid of an input that makes coins: none. */
export const NO_TXID = '00'.repeat(32)

/** Replaced transactions say so by a sequence below this one. @see BIP-125 */
export const SEQUENCE_FINAL_MIN = 0xffff_fffe

const ITEMS_MAX = 1_000_000

// A full block takes fifteen thousand of these: the machine's own are five times as fast.
const sha256d = (bytes: Uint8Array): Uint8Array =>
  hash('sha256', hash('sha256', bytes, 'buffer'), 'buffer')

/** A hash as the world writes it: reversed, in hexadecimal. */
const hashText = (hash: Uint8Array): string => bytesToHex(hash.toReversed())

/** The bytes of a hash that is written reversed, in hexadecimal. */
export const hashBytes = (text: string): Uint8Array => hexToBytes(text).reverse()

/** Reads one transaction and nothing behind it. @throws MalformedBytes */
export function readTransaction(bytes: Uint8Array): BitcoinTx {
  const reader = readerOf(bytes)
  const transaction = nextTransaction(reader, bytes)
  reader.end()
  return transaction
}

/**
 * Reads a whole block, and makes sure that its transactions are those its header names.
 * @throws MalformedBytes
 */
export function readBlock(bytes: Uint8Array): BitcoinBlock {
  const reader = readerOf(bytes)
  const header = reader.take(80)
  const transactions = many(reader, () => nextTransaction(reader, bytes))
  reader.end()
  const txids = transactions.map((one) => one.txid)
  const isWhole = merkleRoot(txids) === hashText(header.subarray(36, 68))
  if (!isWhole || new Set(txids).size !== txids.length) {
    throw new MalformedBytes('the transactions are not those of the block')
  }
  return { hash: hashText(sha256d(header)), parent: hashText(header.subarray(4, 36)), transactions }
}

/** @see BIP-144 for the marker and flag of witnesses */
function nextTransaction(reader: ByteReader, bytes: Uint8Array): BitcoinTx {
  const start = reader.place()
  const version = reader.u32()
  const isSegwit = bytes[reader.place()] === 0 && bytes[reader.place() + 1] === 1
  if (isSegwit) reader.take(2)
  const bodyStart = reader.place()
  const inputs = many(reader, () => nextInput(reader))
  const outputs = many(reader, () => nextOutput(reader))
  const body = bytes.subarray(bodyStart, reader.place())
  if (isSegwit) for (const _ of inputs) nextItems(reader)
  const lockTime = reader.u32()
  const stripped = isSegwit
    ? concatBytes(bytes.subarray(start, start + 4), body, writeU32(lockTime))
    : bytes.subarray(start, reader.place())
  return { txid: hashText(sha256d(stripped)), version, inputs, outputs, lockTime, stripped }
}

const nextInput = (reader: ByteReader): TxInput => ({
  txid: hashText(reader.take(32)),
  index: reader.u32(),
  hasScript: reader.sized().length > 0,
  sequence: reader.u32(),
})

/** The next output. @throws MalformedBytes */
export function nextOutput(reader: ByteReader): TxOutput {
  const value = reader.u64()
  if (value > SATOSHI_MAX) throw new MalformedBytes('an amount is more than there is')
  return { units: units(value), script: reader.sized() }
}

/** The next stack of items of a witness. @throws MalformedBytes */
export const nextItems = (reader: ByteReader): readonly Uint8Array[] =>
  many(reader, () => reader.sized())

function many<Item>(reader: ByteReader, next: () => Item): readonly Item[] {
  const count = reader.size()
  if (count > ITEMS_MAX) throw new MalformedBytes('a count is too large')
  const items: Item[] = []
  for (let index = 0; index < count; index += 1) items.push(next())
  return items
}

/** The root of the tree whose leaves are the transactions; an odd one out is paired with itself. */
function merkleRoot(txids: readonly string[]): string {
  let level = txids.map(hashBytes)
  while (level.length > 1) {
    level = level.flatMap((left, index) =>
      index % 2 === 0 ? [sha256d(concatBytes(left, level[index + 1] ?? left))] : [],
    )
  }
  const [root] = level
  return root === undefined ? '' : hashText(root)
}

/** What a transaction is made of, before anybody signed it. */
export type TxDraft = Pick<BitcoinTx, 'version' | 'lockTime' | 'outputs'> &
  Readonly<{ inputs: readonly Omit<TxInput, 'hasScript'>[] }>

/** The bytes of a transaction without witnesses and scripts. */
export const writeDraft = ({ version, inputs, outputs, lockTime }: TxDraft): Uint8Array =>
  concatBytes(
    writeU32(version),
    writeSize(inputs.length),
    ...inputs.map(writeInput),
    ...writeOutputs(outputs),
    writeU32(lockTime),
  )

/** A whole transaction with the witness of each input. */
export const writeSigned = (
  draft: TxDraft,
  witnesses: readonly (readonly Uint8Array[])[],
): Uint8Array =>
  concatBytes(
    writeU32(draft.version),
    Uint8Array.of(0, 1),
    writeSize(draft.inputs.length),
    ...draft.inputs.map(writeInput),
    ...writeOutputs(draft.outputs),
    ...witnesses.map(writeWitness),
    writeU32(draft.lockTime),
  )

/** The stack of items that an input is spent with. */
export const writeWitness = (items: readonly Uint8Array[]): Uint8Array =>
  concatBytes(writeSize(items.length), ...items.flatMap((item) => [writeSize(item.length), item]))

const writeInput = (input: TxDraft['inputs'][number]): Uint8Array =>
  concatBytes(hashBytes(input.txid), writeU32(input.index), writeSize(0), writeU32(input.sequence))

const writeOutputs = (outputs: readonly TxOutput[]): readonly Uint8Array[] => [
  writeSize(outputs.length),
  ...outputs.map((one) => writeOutput(one)),
]

/** An output as it stands in a transaction. */
export const writeOutput = (output: TxOutput): Uint8Array =>
  concatBytes(writeU64(output.units), writeSize(output.script.length), output.script)
