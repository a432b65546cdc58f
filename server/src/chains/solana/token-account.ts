import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import { programs } from './programs.ts'

/** An owner's usual account of one token. */
export type AssociatedAccount = Readonly<{
  address: string
  /** How many addresses were tried in vain before: opening the account tries as many. */
  tries: number
}>

const MARKER = utf8ToBytes('ProgramDerivedAddress')
const [TOKEN, ASSOCIATED] = [base58.decode(programs.token), base58.decode(programs.associatedToken)]

/**
 * The account in which wallets expect an owner's tokens: the first address off the curve that
 * derives from both, so that no key can be its.
 *
 * @param owner the address of a key or of a program's account
 * @param mint the token's address
 * @see https://spl.solana.com/associated-token-account
 */
export function associatedAccount(owner: string, mint: string): AssociatedAccount {
  const seeds = concatBytes(base58.decode(owner), TOKEN, base58.decode(mint))
  for (let bump = 255; bump >= 0; bump -= 1) {
    const address = sha256(concatBytes(seeds, Uint8Array.of(bump), ASSOCIATED, MARKER))
    if (!isOnCurve(address)) return { address: base58.encode(address), tries: 255 - bump }
  }
  // Each try fails by one half: nobody will see this throw.
  throw new RangeError(`${owner} has no account of ${mint}`)
}

/** Whether 32 bytes are a point of the curve, and so may be somebody's public key. */
function isOnCurve(bytes: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(bytes, true)
    return true
  } catch {
    return false
  }
}
