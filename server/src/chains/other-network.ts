import type { NetworkFamily } from '../money/registry-networks.ts'

const BASE58 = '[1-9A-HJ-NP-Za-km-z]'

/** How the addresses of each family look; the first that fits a text is told. */
const LOOKS: readonly (readonly [family: NetworkFamily, form: RegExp, what: string])[] = [
  ['eip155', /^0x[0-9a-f]{40}$/i, 'an Ethereum'],
  ['tron', new RegExp(`^T${BASE58}{33}$`), 'a Tron'],
  ['bip122', /^(bc|tb|bcrt)1[02-9ac-hj-np-z]{6,87}$/i, 'a Bitcoin'],
  ['bip122', new RegExp(`^[123mn]${BASE58}{25,34}$`), 'a Bitcoin'],
  ['stacks', /^S[PTMN][0-9A-HJKMNP-TV-Z]{36,40}$/i, 'a Stacks'],
  ['polkadot', new RegExp(`^[15]${BASE58}{46,47}$`), 'a Polkadot'],
  ['solana', new RegExp(`^${BASE58}{32,44}$`), 'a Solana'],
]

/**
 * What a text looks like that is no address of a family: `this looks like a Tron address`.
 *
 * @param own the family whose form it has not
 * @returns absent when it looks like nothing known
 */
export function otherNetwork(text: string, own: NetworkFamily): string | undefined {
  const found = LOOKS.find(([family, form]) => family !== own && form.test(text))
  return found === undefined ? undefined : `this looks like ${found[2]} address`
}
