import type { AssetId } from '../../money/units.ts'
import type { ChainTransfer } from '../contract.ts'
import { isTransferLog, moveOfLog } from '../evm/erc20.ts'
import type { Block, Info, Transaction } from './answers.ts'
import type { TronAssets } from './assets.ts'

/** A block with what each of its transactions did, by hash. */
export type SettledBlock = Readonly<{ block: Block; infos: ReadonlyMap<string, Info> }>

/** Coins or tokens that went from one account to another; accounts as `0x` and 40 digits. */
export type Movement = Pick<ChainTransfer, 'txHash' | 'index' | 'asset'> &
  Readonly<{ from: string; to: string; value: bigint }>

const SUCCESS = 'SUCCESS'

/** Whether a transaction did what it was made for. */
export const hasSucceeded = (tx: Transaction): boolean => tx.result === SUCCESS

/**
 * Every movement of our assets in a block, in its order. A transaction that failed moved nothing.
 *
 * Logs are counted among all Transfer logs of their transaction, of whatever contract, and what
 * contracts sent among all of that which moves coins: neither another block nor a longer list of
 * tokens changes the numbers.
 */
export const movementsOf = (
  { block, infos }: SettledBlock,
  assets: TronAssets,
): readonly Movement[] =>
  block.transactions.filter(hasSucceeded).flatMap((tx) => {
    const info = infos.get(tx.hash)
    return [
      ...ownMovement(tx, assets.native),
      ...(info === undefined ? [] : logMovements(info, assets)),
      ...(info === undefined ? [] : internalMovements(info, assets.native)),
    ]
  })

/** What the transaction itself sends: coins to an address, or along with a call. */
function ownMovement({ hash, deed }: Transaction, native: AssetId): readonly Movement[] {
  const common = { txHash: hash, index: 'value', asset: native }
  switch (deed.kind) {
    case 'transfer':
      return [{ ...common, from: deed.owner, to: deed.to, value: deed.sun }]
    case 'trigger':
      return [{ ...common, from: deed.owner, to: deed.contract, value: deed.callSun }]
    case 'other':
      return []
  }
}

const logMovements = ({ hash, logs }: Info, { tokens }: TronAssets): readonly Movement[] =>
  logs.filter(isTransferLog).flatMap((log, position) => {
    const asset = tokens.get(log.contract)
    const move = moveOfLog(log)
    if (asset === undefined || move === undefined) return []
    return { txHash: hash, index: `log:${position}`, asset, ...move }
  })

const internalMovements = ({ hash, internals }: Info, native: AssetId): readonly Movement[] =>
  internals
    .filter(({ sun, rejected }) => sun > 0n && !rejected)
    .flatMap(({ from, to, sun }, position) => {
      if (from === undefined || to === undefined) return []
      return { txHash: hash, index: `internal:${position}`, asset: native, from, to, value: sun }
    })

/** What an account lost or won by a block. */
export type Difference =
  | Readonly<{ kind: 'known'; value: bigint }>
  /** It had part in something whose effect on balances is not read here: staking, a vote … */
  | Readonly<{ kind: 'unknown'; deed: string }>

/** Deeds of other sorts that cost their fee and leave balances of coins as they are. */
const HARMLESS: ReadonlySet<string> = new Set(['TransferAssetContract', 'AccountUpdateContract'])

/** By how much a block changed what an account has of an asset, fees included. */
export function differenceBy(
  settled: SettledBlock,
  assets: TronAssets,
  { account, asset }: Readonly<{ account: string; asset: AssetId }>,
): Difference {
  let value = 0n
  for (const one of movementsOf(settled, assets)) {
    if (one.asset !== asset) continue
    if (one.to === account) value += one.value
    if (one.from === account) value -= one.value
  }
  if (asset !== assets.native) return { kind: 'known', value }
  for (const { hash, deed } of settled.block.transactions) {
    if (deed.kind !== 'other') {
      if (deed.owner === account) value -= settled.infos.get(hash)?.feeSun ?? 0n
      continue
    }
    if (!deed.accounts.includes(account)) continue
    if (!HARMLESS.has(deed.type)) return { kind: 'unknown', deed: deed.type }
    const [owner] = deed.accounts
    if (owner === account) value -= settled.infos.get(hash)?.feeSun ?? 0n
  }
  return { kind: 'known', value }
}
