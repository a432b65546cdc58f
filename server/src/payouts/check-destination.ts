import type { ChainAdapter } from '../chains/contract.ts'
import { AppError } from '../errors/app-error.ts'
import { assetsOn, type Asset } from '../money/registry.ts'

/**
 * The canonical form of an address that can be paid.
 *
 * @throws payouts.destination_invalid, payouts.destination_is_token
 */
export function checkDestination(
  adapter: Pick<ChainAdapter, 'checkAddress'>,
  { chain, network }: Asset,
  text: string,
): string {
  const check = adapter.checkAddress(text)
  if (check.kind === 'invalid') {
    const { reason: problem } = check
    throw new AppError('payouts.destination_invalid', { address: text, network, problem })
  }
  const { address } = check
  const token = assetsOn(chain).find(({ contract }) => {
    if (contract === undefined) return false
    const known = adapter.checkAddress(contract)
    return known.kind === 'valid' && known.address === address
  })
  if (token === undefined) return address
  throw new AppError('payouts.destination_is_token', { address, network, token: token.code })
}
