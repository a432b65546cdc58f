import { bytesToHex } from '@noble/hashes/utils.js'
import { units } from '../../money/units.ts'
import type { Move, TxEffects } from '../contract-sending.ts'
import { checksummed } from './address.ts'
import type { AssetTable } from './assets.ts'
import { transferCall } from './contract-calls.ts'
import { moveOfCall } from './erc20.ts'
import { DEPLOYER, readGatherCall, sweeperDeployment, sweeperOf } from './sweeper.ts'
import type { EvmTx } from './transaction.ts'

/** How an account's number is named that a transaction uses up. */
export const slotOf = (address: string, nonce: bigint): string =>
  `nonce:${checksummed(address)}:${nonce}`

/** The most that a transaction's gas can cost, in wei. */
export const feeMaxOf = ({ gas, price }: Pick<EvmTx, 'gas' | 'price'>): bigint =>
  gas * (price.kind === 'legacy' ? price.gasPrice : price.maxFeePerGas)

/**
 * What a transaction does, as far as it is certain from its fields: coins for an address, a plain
 * transfer of a token that we know, a treasury's sweep, or the making of a treasury's sweeper. All
 * else is told in words.
 */
export function effectsOf(tx: EvmTx, assets: AssetTable): TxEffects {
  const done = doings(tx, assets)
  const spenders = new Set([tx.from, ...tx.authorizations.map(({ authority }) => authority)])
  return {
    ...done,
    spenders: Array.from(spenders, checksummed),
    feePayer: checksummed(tx.from),
    feeMax: units(feeMaxOf(tx)),
    slots: [slotOf(tx.from, tx.nonce)],
  }
}

type Doings = Pick<TxEffects, 'moves' | 'besides' | 'prepares'>

const onlyBesides = (...besides: readonly string[]): Doings => ({ moves: [], besides })

function doings(tx: EvmTx, assets: AssetTable): Doings {
  const { from, to, value, authorizations } = tx
  if (to === undefined) return onlyBesides('it makes a contract')
  const data = `0x${bytesToHex(tx.data)}`
  const known = sweepOf(tx, data, assets) ?? setupOf(tx, data)
  if (known !== undefined) return known
  const delegations = authorizations.map(
    ({ authority, delegate }) =>
      `it lets ${checksummed(delegate)} act for ${checksummed(authority)}`,
  )
  const coins: readonly Move[] =
    value > 0n
      ? [
          {
            from: checksummed(from),
            to: checksummed(to),
            asset: assets.native,
            units: units(value),
          },
        ]
      : []
  if (data === '0x') {
    const nothing = coins.length === 0 ? ['it moves nothing'] : []
    return { moves: coins, besides: [...nothing, ...delegations] }
  }
  const token = transferOf(tx, data, assets)
  if (token === undefined || coins.length > 0) {
    return {
      moves: coins,
      besides: [`it calls ${data.slice(0, 10)} of ${checksummed(to)}`, ...delegations],
    }
  }
  return { moves: [token], besides: delegations }
}

/** The transfer of a token of ours, written as we write it. */
function transferOf(
  { from, to = '' }: EvmTx,
  data: string,
  { tokens }: AssetTable,
): Move | undefined {
  const token = tokens.get(to)
  const move = moveOfCall(from, data)
  if (token === undefined || move === undefined) return undefined
  if (transferCall(move.to, move.value) !== data) return undefined
  return {
    from: checksummed(from),
    to: checksummed(move.to),
    asset: token.id,
    units: units(move.value),
  }
}

/**
 * A batch of the sweeper whose treasury the call names: everything of each address goes there.
 * Authorizations belong to it where they let this sweeper, and no other code, act for an address
 * that is emptied.
 */
function sweepOf(tx: EvmTx, data: string, assets: AssetTable): Doings | undefined {
  const gathering = readGatherCall(data)
  if (gathering === undefined || tx.value > 0n) return undefined
  const { token, treasury, wallets } = gathering
  if (sweeperOf(treasury) !== tx.to) return undefined
  const asset = token === undefined ? assets.native : assets.tokens.get(token)?.id
  const authorities = tx.authorizations.map(({ authority }) => authority)
  const isOurs =
    tx.authorizations.every(({ delegate }) => delegate === tx.to) &&
    authorities.every((authority) => wallets.includes(authority))
  const isPlain =
    new Set(wallets).size === wallets.length && new Set(authorities).size === authorities.length
  if (asset === undefined || !isOurs || !isPlain) return undefined
  const to = checksummed(treasury)
  return {
    moves: wallets.map((wallet) => ({ from: checksummed(wallet), to, asset, units: 'all' })),
    besides: [],
  }
}

/** The making of a treasury's sweeper, and of nothing else: the data are those that make it. */
function setupOf({ to, value, authorizations }: EvmTx, data: string): Doings | undefined {
  const treasury = `0x${data.slice(-40)}`
  const isPlain = to === DEPLOYER && value === 0n && authorizations.length === 0
  if (!isPlain || data.length < 42 || sweeperDeployment(treasury) !== data) return undefined
  return { moves: [], besides: [], prepares: checksummed(treasury) }
}
