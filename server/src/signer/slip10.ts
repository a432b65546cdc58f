import { createHmac } from 'node:crypto'
import { isHardened } from './key-path.ts'

/** An ed25519 key with what its children come from. */
export type Slip10Key = Readonly<{ privateKey: Buffer; chainCode: Buffer }>

/** The root of the ed25519 keys of a seed. @see SLIP-10 */
export const slip10Root = (seed: Uint8Array): Slip10Key => split('ed25519 seed', seed)

/**
 * The key at the end of a path: 32 bytes, what ed25519 calls its seed.
 *
 * @param steps all of them hardened: ed25519 has no others
 * @throws RangeError for a step that is not
 * @see https://github.com/satoshilabs/slips/blob/master/slip-0010.md
 */
export function slip10Key(root: Slip10Key, steps: readonly number[]): Buffer {
  const { privateKey } = steps.reduce((parent, step) => child(parent, step), root)
  return Buffer.from(privateKey)
}

function child({ privateKey, chainCode }: Slip10Key, step: number): Slip10Key {
  if (!isHardened(step)) throw new RangeError('ed25519 has hardened steps only')
  const data = Buffer.alloc(37)
  data.set(privateKey, 1)
  data.writeUInt32BE(step, 33)
  const key = split(chainCode, data)
  data.fill(0)
  return key
}

function split(key: string | Uint8Array, data: Uint8Array): Slip10Key {
  const digest = createHmac('sha512', key).update(data).digest()
  return { privateKey: digest.subarray(0, 32), chainCode: digest.subarray(32) }
}
