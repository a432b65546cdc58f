import type { HDKey } from '@scure/bip32'
import { rootOf, seedOf } from './derivation.ts'
import { sr25519Root } from './junctions.ts'
import { slip10Root, type Slip10Key } from './slip10.ts'

/** What every key of one phrase is derived from, a root for each curve. */
export type Master = Readonly<{
  secp256k1: HDKey
  /** Keys on the way to the last steps, by their paths: most of what deriving costs. */
  parents: Map<string, HDKey>
  ed25519: Slip10Key
  /** Expanded secret key, 64 bytes. */
  sr25519: Uint8Array
}>

/** The roots of a keystore's entropy; the entropy stays the caller's to wipe. */
export function masterOf(entropy: Uint8Array): Master {
  const seed = seedOf(entropy)
  const master = {
    secp256k1: rootOf(seed),
    parents: new Map(),
    ed25519: slip10Root(seed),
    sr25519: sr25519Root(entropy),
  }
  seed.fill(0)
  return master
}

/** Overwrites what can sign. */
export function wipeMaster(master: Master): void {
  for (const key of [master.secp256k1, ...master.parents.values()]) key.wipePrivateData()
  master.parents.clear()
  master.ed25519.privateKey.fill(0)
  master.ed25519.chainCode.fill(0)
  master.sr25519.fill(0)
}
