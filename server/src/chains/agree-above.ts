import { AppError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import type { ChainId, Units } from '../money/units.ts'
import type { AgreeAbove } from './contract-book-chain.ts'

/** Every asset that is not named. */
const OTHERS = '*'

/** What an entry of COFFER_CHAINS says: amounts by asset, and how many nodes it lists. */
export type AgreementEntry = Readonly<{
  chain: ChainId
  nodes: number
  amounts: Readonly<Record<string, string>>
}>

/**
 * Reads above which amounts two nodes have to agree: `{ "USDT": "1000", "*": "0" }`, where `*` are
 * all other assets, for which only `0` (everything) makes sense.
 *
 * @param refuse makes the refusal that names the entry
 * @throws what `refuse` makes
 */
export function readAgreeAbove(
  { chain, nodes, amounts }: AgreementEntry,
  refuse: (problem: string) => AppError,
): AgreeAbove {
  if (nodes < 2) throw refuse('agreeAbove needs two nodes at least: list another one in rpc')
  const { [OTHERS]: others, ...named } = amounts
  if (others !== undefined && others !== '0') {
    throw refuse(`agreeAbove, ${OTHERS}: it can only be "0": amounts of assets differ in worth`)
  }
  const above = new Map(
    Object.entries(named).map(([currency, text]) => readOne({ chain, currency, text }, refuse)),
  )
  return (asset) => above.get(asset) ?? (others === undefined ? undefined : NOTHING)
}

const NOTHING = parseUnits('0', 0)

function readOne(
  { chain, currency, text }: Readonly<{ chain: ChainId; currency: string; text: string }>,
  refuse: (problem: string) => AppError,
): readonly [string, Units] {
  try {
    const asset = resolveAsset({ currency, network: chain })
    return [asset.id, parseUnits(text, asset.decimals)]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw refuse(`agreeAbove, ${currency}: ${error.message}`)
  }
}
