import { concatBytes } from '@noble/hashes/utils.js'
import { MalformedBytes, readerOf, writeSize, type ByteReader } from './read-bytes.ts'
import { payeeOf } from './script.ts'
import {
  nextItems,
  nextOutput,
  readTransaction,
  writeDraft,
  writeOutput,
  writeWitness,
  type BitcoinTx,
  type TxDraft,
  type TxInput,
  type TxOutput,
} from './transaction.ts'

/** An input with the output that it spends. */
export type SpentInput = Omit<TxInput, 'hasScript'> &
  Readonly<{
    spent: TxOutput
    /**
     * The whole transaction that made the output, without witnesses: proves its amount. Absent for
     * Taproot, whose signatures cover the amounts of all inputs.
     */
    made: Uint8Array | undefined
    /** What it is spent with; absent while nobody has signed. */
    witness: readonly Uint8Array[] | undefined
  }>

/** A transaction with everything that is needed to sign it, or to know what was signed. */
export type Spend = Omit<TxDraft, 'inputs'> & Readonly<{ inputs: readonly SpentInput[] }>

const MAGIC = Uint8Array.from([0x70, 0x73, 0x62, 0x74, 0xff])
const END = Uint8Array.of(0)

/** The fields of BIP-174 that we write, by their one-byte keys. */
const FIELD = { unsignedTx: 0x00, made: 0x00, spent: 0x01, witness: 0x08 } as const

/**
 * Writes a transaction as a PSBT of version 0, in the one form that `readPsbt` accepts: P2WPKH
 * inputs with the transaction that made them, P2TR inputs with the output alone; outputs without
 * fields; a final witness for each input, or for none.
 *
 * @see BIP-174, BIP-371
 */
export const writePsbt = (spend: Spend): Uint8Array =>
  concatBytes(
    MAGIC,
    field(FIELD.unsignedTx, writeDraft(spend)),
    END,
    ...spend.inputs.flatMap((input) => [...fieldsOf(input), END]),
    ...spend.outputs.map(() => END),
  )

function fieldsOf({ made, spent, witness }: SpentInput): readonly Uint8Array[] {
  const source =
    made === undefined ? field(FIELD.spent, writeOutput(spent)) : field(FIELD.made, made)
  return witness === undefined ? [source] : [source, field(FIELD.witness, writeWitness(witness))]
}

const field = (key: number, value: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(1, key), writeSize(value.length), value)

/**
 * Reads a PSBT of exactly the form that `writePsbt` writes. Every other field, order or length is
 * refused: no two texts of bytes mean the same.
 *
 * @throws MalformedBytes
 */
export function readPsbt(bytes: Uint8Array): Spend {
  const reader = readerOf(bytes)
  if (!MAGIC.every((byte) => reader.take(1)[0] === byte)) {
    throw new MalformedBytes('they are not a PSBT')
  }
  const [unsigned] = nextMap(reader, [[FIELD.unsignedTx]])
  const { version, inputs, outputs, lockTime } = readDraft(unsigned)
  const spent = inputs.map((input) => nextSpent(reader, input))
  for (const _ of outputs) nextMap(reader, [[]])
  reader.end()
  const signed = spent.filter((one) => one.witness !== undefined).length
  if (signed !== 0 && signed !== spent.length) throw new MalformedBytes('an input is not signed')
  const places = new Set(inputs.map(({ txid, index }) => `${txid}:${index}`))
  if (places.size !== inputs.length) throw new MalformedBytes('an output is spent twice')
  return { version, inputs: spent, outputs, lockTime }
}

function readDraft(bytes: Uint8Array | undefined): BitcoinTx {
  if (bytes === undefined) throw new MalformedBytes('there is no transaction')
  const draft = readTransaction(bytes)
  if (draft.stripped.length !== bytes.length || draft.inputs.some((one) => one.hasScript)) {
    throw new MalformedBytes('the unsigned transaction carries signatures')
  }
  const isEmpty = draft.inputs.length === 0 || draft.outputs.length === 0
  if (isEmpty) throw new MalformedBytes('there are no inputs or no outputs')
  return draft
}

/** The forms of an input's map: how its output is proved, and the witness once it is signed. */
const INPUT_FORMS = [
  [FIELD.made],
  [FIELD.spent],
  [FIELD.made, FIELD.witness],
  [FIELD.spent, FIELD.witness],
]

function nextSpent(reader: ByteReader, { txid, index, sequence }: TxInput): SpentInput {
  const fields = nextMap(reader, INPUT_FORMS)
  const made = fields[FIELD.made]
  const spent =
    made === undefined ? readOutput(fields[FIELD.spent]) : outputOf(made, { txid, index })
  const kind = payeeOf(spent.script)?.kind
  if (kind !== (made === undefined ? 'p2tr' : 'p2wpkh')) {
    throw new MalformedBytes('an input is neither P2WPKH with its transaction nor P2TR')
  }
  const witness = fields[FIELD.witness]
  return { txid, index, sequence, spent, made, witness: witness && readWitness(witness) }
}

/** The output of the transaction that made it, which must be the one that the input names. */
function outputOf(made: Uint8Array, { txid, index }: Pick<TxInput, 'txid' | 'index'>): TxOutput {
  const transaction = readTransaction(made)
  const output = transaction.outputs[index]
  const isStripped = transaction.stripped.length === made.length
  if (transaction.txid !== txid || output === undefined || !isStripped) {
    throw new MalformedBytes('an input comes with another transaction than the one it spends')
  }
  return output
}

function readOutput(bytes: Uint8Array | undefined): TxOutput {
  const reader = readerOf(bytes ?? new Uint8Array())
  const output = nextOutput(reader)
  reader.end()
  return output
}

function readWitness(bytes: Uint8Array): readonly Uint8Array[] {
  const reader = readerOf(bytes)
  const items = nextItems(reader)
  reader.end()
  return items
}

/** The values of a map by their keys, which must be those of one of the forms, in its order. */
function nextMap(
  reader: ByteReader,
  forms: readonly (readonly number[])[],
): readonly (Uint8Array | undefined)[] {
  const keys: number[] = []
  const values: Uint8Array[] = []
  for (;;) {
    const [key, ...rest] = reader.sized()
    if (key === undefined) break
    if (rest.length > 0 || keys.length === 2) throw new MalformedBytes('a field is unknown')
    keys.push(key)
    values[key] = reader.sized()
  }
  if (!forms.some((form) => form.join() === keys.join())) {
    throw new MalformedBytes('a field is missing, unknown or out of place')
  }
  return values
}
