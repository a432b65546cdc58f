import { checkBitcoinAddress } from '../chains/bitcoin/address.ts'
import type { AddressCheck } from '../chains/contract.ts'
import { checkEvmAddress } from '../chains/evm/address.ts'
import { checkPolkadotAddress, POLKADOT_PREFIX } from '../chains/polkadot/address.ts'
import { checkSolanaAddress } from '../chains/solana/address.ts'
import { checkStacksAddress } from '../chains/stacks/address.ts'
import { checkTronAddress } from '../chains/tron/address.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import type { Network } from '../money/registry.ts'

const checks: Readonly<Record<NetworkFamily, (text: string) => AddressCheck>> = {
  bip122: (text) => checkBitcoinAddress(text, 'mainnet'),
  eip155: checkEvmAddress,
  tron: checkTronAddress,
  solana: checkSolanaAddress,
  stacks: (text) => checkStacksAddress(text, 'mainnet'),
  polkadot: (text) => checkPolkadotAddress(text, POLKADOT_PREFIX),
}

/** The canonical form of an address that a policy lists. @throws RangeError saying what is wrong */
export function checkAddressOn(network: Pick<Network, 'family' | 'name'>, text: string): string {
  const check = checks[network.family](text)
  if (check.kind === 'valid') return check.address
  throw new RangeError(`${text} is no address of ${network.name}: ${check.reason}`)
}
