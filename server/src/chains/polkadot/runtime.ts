import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import {
  decAnyMetadata,
  Struct,
  unifyMetadata,
  type Codec,
  type UnifiedMetadata,
} from '@polkadot-api/substrate-bindings'
import { z } from 'zod'
import type { TransferName } from './networks.ts'
import { SomeEvents, SomeExtrinsic, type RuntimeEvent, type WaitingCall } from './decoded.ts'

/** What a runtime's metadata say, as far as coins are concerned. */
export type Runtime = Readonly<{
  specVersion: number
  transactionVersion: number
  /** The least that an account may have, in planck. */
  existentialDeposit: bigint
  /** Pallet and call of a transfer; undefined where the runtime has none of this name. */
  callOf: (name: TransferName) => readonly [pallet: number, call: number] | undefined
  /** What stands in and behind a signature, in the runtime's own order. */
  extensions: readonly Extension[]
  eventsKey: string
  readEvents: (value: string) => readonly RuntimeEvent[]
  accountKey: (address: string) => string
  readAccount: (value: string) => AccountInfo
  /** Who signed an extrinsic and what for; undefined when nobody did, or it cannot be read. */
  readExtrinsic: (hex: string) => WaitingCall | undefined
}>

/** A signed extension, with whether it adds bytes to the extrinsic and to what is signed. */
export type Extension = Readonly<{ name: string; hasExtra: boolean; hasAdditional: boolean }>

/** What an account has: free (of which some is frozen) and reserved, in planck. */
export type AccountInfo = z.infer<typeof Account>

/** The versions of a runtime. */
export type Versions = Readonly<{ specVersion: number; transactionVersion: number }>

const Account = z
  .object({
    nonce: z.int(),
    data: z.object({ free: z.bigint(), reserved: z.bigint(), frozen: z.bigint() }),
  })
  .transform(({ nonce, data }) => ({ nonce: BigInt(nonce), ...data }))

const Planck = z.bigint()
const SIGNED_V4 = 0x84

/**
 * Reads a runtime's metadata of version 14 or later.
 *
 * @throws Error of any sort where they are none, or lack what every runtime with coins has
 */
export function readRuntime(metadataHex: string, versions: Versions): Runtime {
  const metadata = unifyMetadata(decAnyMetadata(metadataHex))
  const lookup = getLookupFn(metadata)
  const builder = getDynamicBuilder(lookup)
  const account = builder.buildStorage('System', 'Account')
  const events = builder.buildStorage('System', 'Events')
  const balances = metadata.pallets.find(({ name }) => name === 'Balances')
  const deposit = balances?.constants.find(({ name }) => name === 'ExistentialDeposit')
  if (deposit === undefined) throw new Error('the runtime has no existential deposit')
  const existentialDeposit = builder.buildConstant('Balances', 'ExistentialDeposit')
  const readSigned = extrinsicReader(metadata, builder.buildDefinition)
  return {
    ...versions,
    existentialDeposit: Planck.parse(existentialDeposit.dec(deposit.value)),
    callOf: (name) => {
      try {
        return builder.buildCall('Balances', name).location
      } catch {
        // The builder throws where there is no such call, which is an answer here.
        return undefined
      }
    },
    extensions: extensionsOf(metadata).map(({ identifier, type, additionalSigned }) => ({
      name: identifier,
      hasExtra: lookup(type).type !== 'void',
      hasAdditional: lookup(additionalSigned).type !== 'void',
    })),
    eventsKey: events.keys.enc(),
    readEvents: (value) => SomeEvents.parse(events.value.dec(value)),
    accountKey: (address) => account.keys.enc(address),
    readAccount: (value) => Account.parse(account.value.dec(value)),
    readExtrinsic: (hex) => {
      const bytes = Buffer.from(hex.slice(2), 'hex')
      const body = bytes.subarray(1 << ((bytes[0] ?? 0) & 3))
      if (body[0] !== SIGNED_V4) return undefined
      return SomeExtrinsic.safeParse(readSigned(Uint8Array.from(body.subarray(1)))).data
    },
  }
}

const extensionsOf = ({ extrinsic }: UnifiedMetadata) => {
  const [first] = Object.values(extrinsic.signedExtensions)
  if (first === undefined) throw new Error('the runtime has no signed extensions')
  return first
}

/** Reads a signed extrinsic behind its version byte. */
function extrinsicReader(
  metadata: UnifiedMetadata,
  definition: (id: number) => Codec<unknown>,
): (bytes: Uint8Array) => unknown {
  const { address, signature, call } = extrinsicTypes(metadata)
  const extras = extensionsOf(metadata).map(
    ({ identifier, type }) => [`extra ${identifier}`, definition(type)] as const,
  )
  const { dec } = Struct({
    address: definition(address),
    signature: definition(signature),
    ...Object.fromEntries(extras),
    call: definition(call),
  })
  return dec
}

type ExtrinsicTypes = Readonly<{ address: number; signature: number; call: number }>

/** Metadata of version 14 name these types as parameters of another one. */
function extrinsicTypes({ extrinsic, lookup }: UnifiedMetadata): ExtrinsicTypes {
  if ('address' in extrinsic) return extrinsic
  const parameters = lookup[extrinsic.type]?.params
  const typeOf = (name: string): number => {
    const type = parameters?.find((one) => one.name === name)?.type
    if (type === undefined) throw new Error('the runtime does not say how extrinsics are written')
    return type
  }
  return { address: typeOf('Address'), signature: typeOf('Signature'), call: typeOf('Call') }
}
