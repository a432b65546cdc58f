import type { GenericExtrinsic } from '@polkadot/types'
import { hexToU8a, u8aToHex } from '@polkadot/util'
import { blake2AsU8a, ed25519Verify, sr25519Verify } from '@polkadot/util-crypto'
import { accountOf, GENESIS, registry, VERSION } from './runtime.ts'

/** Coins that a call wants to move: to whom, and how much; `all` of what is there. */
export type Wanted = Readonly<{ to: string; amount: bigint | 'all'; keepAlive: boolean }>

/** A signed extrinsic as the stand-in holds it: what `@polkadot/types` reads from its bytes. */
export type StandInTx = Readonly<{
  hash: string
  hex: string
  sender: string
  nonce: bigint
  tip: bigint
  period: number
  phase: number
  /** What it does; several only by a batch that stands or falls together. */
  wanted: readonly Wanted[]
  isBatch: boolean
  /** Whether its signature is that of its sender when its era began with this block. */
  verifies: (eraBlock: string) => boolean
}>

/** Reads an extrinsic; undefined when a node could not decode it, or knows none of its calls. */
export function readExtrinsic(hex: string): StandInTx | undefined {
  const extrinsic = parse(hex)
  if (extrinsic === undefined || !extrinsic.isSigned || !extrinsic.era.isMortalEra) return undefined
  const wanted = wantedBy(extrinsic.method)
  if (wanted === undefined) return undefined
  const era = extrinsic.era.asMortalEra
  return {
    hash: u8aToHex(blake2AsU8a(hexToU8a(hex))),
    hex,
    sender: accountOf(extrinsic.signer.toString()),
    nonce: extrinsic.nonce.toBigInt(),
    tip: extrinsic.tip.toBigInt(),
    period: era.period.toNumber(),
    phase: era.phase.toNumber(),
    wanted,
    isBatch: extrinsic.method.section === 'utility',
    verifies: (eraBlock) => verifies(extrinsic, eraBlock),
  }
}

/** What a call would move, and of how many bytes it is; undefined when it is not known here. */
export function readCall(
  bytes: Uint8Array,
): Readonly<{ wanted: readonly Wanted[]; length: number }> | undefined {
  const call = registry.createType('Call', bytes)
  const wanted = wantedBy(call)
  return wanted && { wanted, length: call.encodedLength }
}

/** A node takes no byte more than an extrinsic has, and only its one encoding. */
function parse(hex: string): GenericExtrinsic | undefined {
  try {
    const extrinsic = registry.createType('Extrinsic', hexToU8a(hex))
    return extrinsic.toHex() === hex ? extrinsic : undefined
  } catch {
    return undefined
  }
}

type Method = GenericExtrinsic['method']

function wantedBy(method: Method): readonly Wanted[] | undefined {
  if (method.section === 'utility' && method.method === 'batchAll') {
    const calls = registry.createType('Vec<Call>', method.args[0]?.toU8a())
    const all = calls.map((call) => wantedBy(call))
    return all.some((one) => one === undefined) ? undefined : all.flatMap((one) => one ?? [])
  }
  if (method.section !== 'balances') return undefined
  const [dest, second] = method.args
  if (dest === undefined || second === undefined) return undefined
  const [form, ...account] = dest.toU8a()
  if (form !== 0) return undefined
  const recipient = u8aToHex(Uint8Array.from(account))
  switch (method.method) {
    case 'transferKeepAlive':
      return [{ to: recipient, amount: BigInt(second.toString()), keepAlive: true }]
    case 'transferAllowDeath':
      return [{ to: recipient, amount: BigInt(second.toString()), keepAlive: false }]
    case 'transferAll':
      return [{ to: recipient, amount: 'all', keepAlive: second.toString() === 'true' }]
    default:
      return undefined
  }
}

/** Checks the signature over what this chain would have had signed. */
function verifies(extrinsic: GenericExtrinsic, eraBlock: string): boolean {
  const { method, era, nonce, tip, assetId, mode } = extrinsic
  const payload = registry.createType(
    'ExtrinsicPayload',
    {
      method: method.toHex(),
      era,
      nonce,
      tip,
      assetId,
      mode,
      metadataHash: null,
      specVersion: VERSION.specVersion,
      transactionVersion: VERSION.transactionVersion,
      genesisHash: GENESIS,
      blockHash: eraBlock,
    },
    { version: 4 },
  )
  const bytes = payload.toU8a({ method: true })
  const message = bytes.length > 256 ? blake2AsU8a(bytes) : bytes
  const account = hexToU8a(accountOf(extrinsic.signer.toString()))
  const signature = extrinsic.signature.toU8a()
  // Behind version, form of address and account stands the curve: 0 is ed25519, 1 is sr25519.
  const curve = extrinsic.toU8a(true)[2 + account.length]
  try {
    if (curve === 1) return sr25519Verify(message, signature, account)
    return curve === 0 && ed25519Verify(message, signature, account)
  } catch {
    // The library throws on what can be no signature.
    return false
  }
}
