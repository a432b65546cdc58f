import { AppError } from '../errors/app-error.ts'
import { parseUnits } from '../money/amount.ts'
import { assetsOn, knownAsset, type Network } from '../money/registry.ts'
import type { Intent } from './intent.ts'
import type { OwnKey } from './own-keys.ts'
import type { ChainRules, Policy } from './policy.ts'

// In whole coins: far more than any test needs, and still an end to what a mistake can do.
const TEST_PER_TRANSACTION = '1000000'
const TEST_PER_DAY = '10000000'
const TEST_FEE_PER_TRANSACTION = '1000'
const TEST_FEE_PER_DAY = '1000000'

/**
 * The rules under which an intent stands. What is real needs the operator's policy; simulated
 * chains, a developer's own and Bitcoin's test keys have rules of their own, since no signature
 * there can move a coin of value.
 *
 * @param keys proved: of Bitcoin's test networks they say more than the intent can
 * @throws signer.not_allowed
 */
export function rulesFor(policy: Policy, intent: Intent, keys: readonly OwnKey[]): ChainRules {
  const { chain, simulated } = intent
  if (simulated) return testRules(chain, 'simulated')
  if (keys.every(({ isTestKey }) => isTestKey)) return testRules(chain, `${chain.chain} test`)
  const rules = policy.chains.get(chain.chain)
  if (rules !== undefined) return rules
  if (chain.local) return testRules(chain, chain.chain)
  const problem = 'the policy does not name this network'
  throw new AppError('signer.not_allowed', { what: chain.name, problem })
}

function testRules(network: Network, scope: string): ChainRules {
  const fee = (text: string) => parseUnits(text, knownAsset(network.native).decimals)
  return {
    scope,
    waitsForLog: false,
    destinations: 'any',
    feePerTransaction: fee(TEST_FEE_PER_TRANSACTION),
    feePerDay: fee(TEST_FEE_PER_DAY),
    assets: new Map(
      assetsOn(network.chain).map(({ id, decimals }) => [
        id,
        {
          perTransaction: parseUnits(TEST_PER_TRANSACTION, decimals),
          perDay: parseUnits(TEST_PER_DAY, decimals),
          codeAbove: undefined,
        },
      ]),
    ),
  }
}
