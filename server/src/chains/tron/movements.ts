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

/** By how much a block changed what accounts have, fees included. */
export type Differences = Readonly<{
  parentHash: string
  of: (account: string, asset: AssetId) => Difference
}>

/** Reckons up a block: small enough to be remembered, unlike the block itself. */
export function differencesOf(settled: SettledBlock, assets: TronAssets): Differences {
  const values = new Map<string, bigint>()
  const unknown = new Map<string, string>()
  const add = (account: string, asset: AssetId, value: bigint): void => {
    const place = `${account} ${asset}`
    if (value !== 0n) values.set(place, (values.get(place) ?? 0n) + value)
  }
  for (const { from, to, asset, value } of movementsOf(settled, assets)) {
    add(from, asset, -value)
    add(to, asset, value)
  }
  for (const { hash, deed } of settled.block.transactions) {
    const fee = settled.infos.get(hash)?.feeSun ?? 0n
    if (deed.owner !== undefined) add(deed.owner, assets.native, -fee)
    if (deed.kind !== 'other' || HARMLESS.has(deed.type)) continue
    for (const account of deed.accounts) unknown.set(account, deed.type)
  }
  return {
    parentHash: settled.block.parentHash,
    of: (account, asset) => {
      const deed = asset === assets.native ? unknown.get(account) : undefined
      if (deed !== undefined) return { kind: 'unknown', deed }
      return { kind: 'known', value: values.get(`${account} ${asset}`) ?? 0n }
    },
  }
}
