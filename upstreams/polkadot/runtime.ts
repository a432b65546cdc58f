import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types'
import assetHub from '@polkadot/types-support/metadata/v15/asset-hub-polkadot-hex'
import { hexToU8a, u8aToHex } from '@polkadot/util'

/** Where the metadata begin: their magic number. */
const MAGIC = '6d657461'

/** The metadata of the real Asset Hub, as a node answers them. */
export const METADATA = `0x${assetHub.slice(assetHub.indexOf(MAGIC))}` as const

/** The versions of the runtime from which these metadata are. */
export const VERSION = {
  specName: 'statemint',
  implName: 'statemint',
  authoringVersion: 1,
  specVersion: 2_000_000,
  implVersion: 0,
  transactionVersion: 15,
  stateVersion: 1,
  apis: [],
}

/** Genesis of the real Asset Hub. */
export const GENESIS = '0x68d56f15f85d3136970ec16946040bc1752654e906147f7e43e9d539d7c3de2f'

/** The runtime as `@polkadot/types` understands it. */
export const registry = new TypeRegistry()
const metadata = new Metadata(registry, METADATA)
registry.setMetadata(metadata)

/** Calls, storage and events of the runtime. */
export const runtime = expandMetadata(registry, metadata)

/** The account of an address, in hexadecimal. */
export const accountOf = (address: string): string =>
  u8aToHex(registry.createType('AccountId', address).toU8a())

/** The address of an account. */
export const addressOf = (account: string): string =>
  registry.createType('AccountId', hexToU8a(account)).toString()

/** What happened in a block, before it is written down. */
export type Happening = Readonly<{
  /** The extrinsic in which it happened; absent in what the runtime does by itself. */
  extrinsic: number | undefined
  section: string
  method: string
  args: readonly unknown[]
}>

/** The events of a block as its storage holds them. */
export function writeEvents(happenings: readonly Happening[]): string {
  const records = happenings.map(({ extrinsic, section, method, args }) => {
    const phase = extrinsic === undefined ? { Initialization: null } : { ApplyExtrinsic: extrinsic }
    const written = [
      registry.createType('Phase', phase).toU8a(),
      eventBytes(section, method, args),
      Uint8Array.of(0),
    ]
    return Buffer.concat(written)
  })
  const count = registry.createType('Compact<u32>', records.length).toU8a()
  return u8aToHex(Buffer.concat([count, ...records]))
}

function eventBytes(section: string, method: string, args: readonly unknown[]): Uint8Array {
  const event = runtime.events[section]?.[method]
  if (event === undefined) throw new Error(`the runtime has no event ${section}.${method}`)
  const { fields, index } = event.meta
  const pallet = metadata.asLatest.pallets.find(
    ({ name }) => name.toString().toLowerCase() === section.toLowerCase(),
  )
  if (pallet === undefined) throw new Error(`the runtime has no pallet ${section}`)
  const values = fields.map((field, place) =>
    registry.createType(registry.createLookupType(field.type), args[place]).toU8a(),
  )
  return Buffer.concat([Uint8Array.of(pallet.index.toNumber(), index.toNumber()), ...values])
}

/** An account's entry as the storage holds it. */
export const writeAccount = (nonce: number, free: bigint): string =>
  registry
    .createType('FrameSystemAccountInfo', { nonce, providers: 1, data: { free, reserved: 0 } })
    .toHex()
