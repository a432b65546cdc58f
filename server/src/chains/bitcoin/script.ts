import { bech32, bech32m } from '@scure/base'
import { concatBytes } from '@noble/hashes/utils.js'
import { base58check, decodeBase58check } from '../decode-text.ts'
import { checkBitcoinAddress, NETWORKS, type BitcoinNetwork } from './address.ts'

/** The forms of output that have an address. */
export type ScriptKind = 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr'

type Form = Readonly<{ kind: ScriptKind; before: Uint8Array; length: number; after: Uint8Array }>

const form = (
  kind: ScriptKind,
  length: number,
  [before, after]: readonly (readonly number[])[],
): Form => ({
  kind,
  length,
  before: Uint8Array.from(before ?? []),
  after: Uint8Array.from(after ?? []),
})

/** What stands before and behind the hash or key of each kind of output. */
const FORMS: readonly Form[] = [
  form('p2wpkh', 20, [[0x00, 20]]),
  form('p2tr', 32, [[0x51, 32]]),
  form('p2pkh', 20, [
    [0x76, 0xa9, 20],
    [0x88, 0xac],
  ]),
  form('p2sh', 20, [[0xa9, 20], [0x87]]),
  form('p2wsh', 32, [[0x00, 32]]),
]

/** What an output script is: its kind and the hash or key in it; absent for every other script. */
export type Payee = Readonly<{ kind: ScriptKind; payload: Uint8Array }>

const holds = (script: Uint8Array, bytes: Uint8Array, at: number): boolean =>
  bytes.every((byte, index) => script[at + index] === byte)

/** Reads an output script. */
export function payeeOf(script: Uint8Array): Payee | undefined {
  const found = FORMS.find(
    ({ before, length, after }) =>
      script.length === before.length + length + after.length &&
      holds(script, before, 0) &&
      holds(script, after, before.length + length),
  )
  if (found === undefined) return undefined
  const { kind, before, length } = found
  return { kind, payload: script.subarray(before.length, before.length + length) }
}

/** The address that an output pays, in its canonical form; absent where it has none. */
export function addressOfScript(script: Uint8Array, network: BitcoinNetwork): string | undefined {
  const payee = payeeOf(script)
  if (payee === undefined) return undefined
  const { hrp, p2pkh, p2sh } = NETWORKS[network]
  const { kind, payload } = payee
  switch (kind) {
    case 'p2pkh':
      return base58check.encode(concatBytes(Uint8Array.of(p2pkh), payload))
    case 'p2sh':
      return base58check.encode(concatBytes(Uint8Array.of(p2sh), payload))
    case 'p2wpkh':
    case 'p2wsh':
      return bech32.encode(hrp, [0, ...bech32.toWords(payload)])
    case 'p2tr':
      return bech32m.encode(hrp, [1, ...bech32m.toWords(payload)])
  }
}

/** The script that pays an address; absent where the text is no address of this network. */
export function scriptOf(address: string, network: BitcoinNetwork): Uint8Array | undefined {
  if (checkBitcoinAddress(address, network).kind === 'invalid') return undefined
  const payee = payeeOfAddress(address, network)
  const found = FORMS.find(({ kind }) => kind === payee?.kind)
  if (payee === undefined || found === undefined) return undefined
  return concatBytes(found.before, payee.payload, found.after)
}

function payeeOfAddress(address: string, network: BitcoinNetwork): Payee | undefined {
  const legacy = decodeBase58check(address)
  if (legacy !== undefined) {
    const kind = legacy[0] === NETWORKS[network].p2pkh ? 'p2pkh' : 'p2sh'
    return { kind, payload: legacy.subarray(1) }
  }
  const read = bech32.decodeUnsafe(address) ?? bech32m.decodeUnsafe(address)
  if (read === undefined) return undefined
  const [version, ...words] = read.words
  const payload = bech32.fromWords(words)
  if (version === 1) return { kind: 'p2tr', payload }
  return { kind: payload.length === 20 ? 'p2wpkh' : 'p2wsh', payload }
}

/**
 * The least that nodes relay to an output: below it, spending costs more than it brings.
 * @see Bitcoin Core, `GetDustThreshold` at 3,000 satoshi per 1,000 virtual bytes
 */
export const DUST: Readonly<Record<ScriptKind, bigint>> = {
  p2pkh: 546n,
  p2sh: 540n,
  p2wpkh: 294n,
  p2wsh: 330n,
  p2tr: 330n,
}
