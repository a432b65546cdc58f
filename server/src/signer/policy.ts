import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { resolveAsset, resolveNetwork } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { assetsOn, knownAsset, type Asset, type Network } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'
import { checkAddressOn } from './destinations.ts'
import { TREASURY } from '../chains/treasury-account.ts'

/** What may leave in one asset; `codeAbove`: more than this in a day takes the second factor. */
export type AssetRule = Readonly<{
  perTransaction: Units
  perDay: Units
  codeAbove: Units | undefined
}>

/** What may be signed on a chain. Days are the 24 hours before now. */
export type ChainRules = Readonly<{
  /** Under which name it is counted. */
  scope: string
  /** Nothing is signed for a day after the log was lost: nobody knows what was spent before. */
  waitsForLog: boolean
  destinations: 'any' | ReadonlySet<string>
  feePerTransaction: Units
  feePerDay: Units
  /** Assets that are not here do not move. */
  assets: ReadonlyMap<AssetId, AssetRule>
}>

/** The operator's rules. Chains that are not here are denied. */
export type Policy = Readonly<{
  chains: ReadonlyMap<string, ChainRules>
  /** Book accounts that every book may pay to and from without being counted. */
  sharedAccounts: readonly number[]
}>

const assetSchema = z.strictObject({
  perTransaction: z.string(),
  perDay: z.string(),
  codeAbove: z.string().optional(),
})

const chainSchema = z.strictObject({
  destinations: z.union([z.literal('any'), z.array(z.string()).max(10_000)]),
  fee: z.strictObject({ perTransaction: z.string(), perDay: z.string() }),
  assets: z.record(z.string(), assetSchema),
})

const policySchema = z.strictObject({
  version: z.literal(1),
  sharedAccounts: z
    .array(
      z
        .int()
        .min(0)
        .max(TREASURY - 1),
    )
    .max(100)
    .default([]),
  chains: z.record(z.string(), chainSchema),
})

/** What holds where there is no policy file: nothing is signed for a live chain. */
export const noPolicy: Policy = { chains: new Map(), sharedAccounts: [] }

/**
 * Reads a policy: amounts are decimal text in whole coins, assets and networks have any name that
 * is read elsewhere too (`USDT_TRC20`, `Ethereum`, `eip155:56`).
 *
 * @throws signer.policy_invalid
 */
export function readPolicy(text: string, file: string): Policy {
  try {
    const policy = policySchema.parse(JSON.parse(text))
    const chains = Object.entries(policy.chains).map(([name, rules]) => readChain(name, rules))
    const known = new Map(chains.map((rules) => [rules.scope, rules]))
    if (known.size !== chains.length) throw new RangeError('a network is named twice')
    return { chains: known, sharedAccounts: policy.sharedAccounts }
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new AppError('signer.policy_invalid', { file, problem }, { cause })
  }
}

function readChain(name: string, given: z.infer<typeof chainSchema>): ChainRules {
  const network = resolveNetwork(name)
  const { decimals } = knownAsset(network.native)
  const assets = Object.entries(given.assets).map(([code, rule]) => readAsset(network, code, rule))
  const known = new Map(assets)
  if (known.size !== assets.length) throw new RangeError(`${name}: an asset is named twice`)
  return {
    scope: network.chain,
    waitsForLog: true,
    destinations: readDestinations(network, given.destinations),
    feePerTransaction: parseUnits(given.fee.perTransaction, decimals),
    feePerDay: parseUnits(given.fee.perDay, decimals),
    assets: known,
  }
}

function readAsset(
  network: Network,
  code: string,
  given: z.infer<typeof assetSchema>,
): readonly [AssetId, AssetRule] {
  const asset = assetNamed(network, code)
  const amount = (text: string): Units => parseUnits(text, asset.decimals)
  const rule = {
    perTransaction: amount(given.perTransaction),
    perDay: amount(given.perDay),
    codeAbove: given.codeAbove === undefined ? undefined : amount(given.codeAbove),
  }
  return [asset.id, rule]
}

function assetNamed(network: Network, code: string): Asset {
  const symbol = assetsOn(network.chain).find(({ currency }) => currency === code)
  const asset = symbol ?? resolveAsset({ currency: code })
  if (asset.chain === network.chain) return asset
  throw new RangeError(`${code} is not on ${network.name}`)
}

const readDestinations = (
  network: Network,
  given: 'any' | readonly string[],
): ChainRules['destinations'] =>
  given === 'any' ? 'any' : new Set(given.map((text) => checkAddressOn(network, text)))
