import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { assetById } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { CheckedTx } from './check-intent.ts'
import type { AssetRule, ChainRules } from './policy.ts'

/** What one signature adds to what was spent: in an asset, or in fees. */
export type Count = Readonly<{ name: string; units: Units }>

/** What was spent under a name in the last 24 hours; `uncoded`: without the second factor. */
export type SpentToday = (name: string) => Readonly<{ units: Units; uncoded: Units }>

/** What the policy says to a transaction: it may be signed, and counts so much. */
export type Verdict = Readonly<{ counts: readonly Count[]; needsCode: boolean }>

/** A transaction that was compared with its intent, in the light of what went before. */
export type Case = Readonly<{
  checked: CheckedTx
  rules: ChainRules
  today: SpentToday
  /** The most that the same intent's earlier transactions may cost; absent at the first time. */
  feeBefore: Units | undefined
}>

/**
 * Applies the rules. Payments of an intent that was signed before are counted already: only one of
 * its transactions can ever be mined. Of its fee counts what it is more than before.
 *
 * @throws signer.not_allowed, signer.destination_not_listed, signer.cap_exceeded
 */
export function judge({ checked, rules, today, feeBefore }: Case): Verdict {
  const { scope } = rules
  for (const asset of checked.assets) ruleOf(rules, asset)
  for (const { to } of checked.outside) {
    if (rules.destinations !== 'any' && !rules.destinations.has(to)) {
      throw new AppError('signer.destination_not_listed', { address: to })
    }
  }
  const feeMax = checked.feeMax
  within({ what: 'the fee', cap: rules.feePerTransaction, wanted: feeMax, window: 'transaction' })
  const feeBeforeUnits = feeBefore ?? 0n
  const fee = units(feeMax > feeBeforeUnits ? feeMax - feeBeforeUnits : 0n)
  const feeCount = { name: `${scope} fee`, units: fee }
  withinDay('fees', feeCount, { cap: rules.feePerDay, today })
  if (feeBefore !== undefined) return { counts: [feeCount], needsCode: false }
  const sums = sumByAsset(checked)
  let needsCode = false
  const counts = [...sums].map(([asset, sum]) => {
    const rule = ruleOf(rules, asset)
    const count = { name: `${scope} ${asset}`, units: sum }
    const amounts = { what: asset, wanted: sum }
    within({ ...amounts, cap: rule.perTransaction, window: 'transaction' })
    withinDay(asset, count, { cap: rule.perDay, today })
    const uncoded = today(count.name).uncoded + sum
    needsCode ||= rule.codeAbove !== undefined && uncoded > rule.codeAbove
    return count
  })
  return { counts: [...counts, feeCount], needsCode }
}

function ruleOf({ assets }: ChainRules, asset: AssetId): AssetRule {
  const rule = assets.get(asset)
  if (rule !== undefined) return rule
  const what = assetById(asset)?.code ?? asset
  throw new AppError('signer.not_allowed', { what, problem: 'the policy does not name this asset' })
}

function sumByAsset({ outside }: CheckedTx): ReadonlyMap<AssetId, Units> {
  const sums = new Map<AssetId, Units>()
  for (const { asset, units: paid } of outside) {
    sums.set(asset, units((sums.get(asset) ?? 0n) + paid))
  }
  return sums
}

type Limit = Readonly<{ what: string; cap: Units; wanted: Units; window: 'transaction' | 'day' }>

function within({ what, cap, wanted, window }: Limit): void {
  if (wanted <= cap) return
  const asset = assetById(what)
  const shown = (value: Units): string =>
    asset === undefined ? `${value}` : formatUnits(value, asset.decimals)
  const facts = { what: asset?.code ?? what, cap: shown(cap), wanted: shown(wanted), window }
  throw new AppError('signer.cap_exceeded', facts)
}

function withinDay(
  what: string,
  count: Count,
  { cap, today }: Readonly<{ cap: Units; today: SpentToday }>,
): void {
  const wanted = units(today(count.name).units + count.units)
  within({ what, cap, wanted, window: 'day' })
}
