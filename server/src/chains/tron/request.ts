import { AppError } from '../../errors/app-error.ts'
import type { AssetId, ChainId } from '../../money/units.ts'
import type { OwnKey, Payment, SendRequest } from '../contract-sending.ts'
import { accountOfAddress, checkTronAddress } from './address.ts'
import type { TronAssets } from './assets.ts'
import { SUN_MAX } from './facts.ts'

/** The one payment of one key that a request asks for. */
export type OnePayment = Payment & Readonly<{ from: OwnKey; everything: boolean }>

/** Accounts below it are the chain's own machinery. */
const FIRST_ACCOUNT = 2n ** 32n
const TOKEN_UNITS_MAX = 2n ** 256n - 1n

/** What of a request one transaction of Tron can do. @throws chain.payment_not_possible */
export function onePayment(
  chain: ChainId,
  assets: TronAssets,
  { from: [from, ...others], payments, feePayer, everything = false }: SendRequest,
): OnePayment {
  const [payment, ...more] = payments
  if (more.length > 0) throw notPossible(chain, 'one transaction makes one payment here')
  if (others.length > 0) throw notPossible(chain, 'one key pays, and each is emptied by itself')
  if (feePayer !== undefined && feePayer.address !== from.address) {
    throw notPossible(chain, 'a sender pays its own fee')
  }
  const check = checkTronAddress(payment.to)
  if (check.kind === 'invalid') {
    throw notPossible(chain, `its recipient is no address: ${check.reason}`)
  }
  const to = accountOfAddress(payment.to)
  const isToken = assets.contractOf(payment.asset) !== undefined
  if (!isToken && payment.asset !== assets.native) {
    throw notPossible(chain, `${payment.asset} is not sent here`)
  }
  if (BigInt(to) < FIRST_ACCOUNT) throw notPossible(chain, 'its recipient is nobody')
  if (assets.tokens.has(to)) throw notPossible(chain, 'its recipient is the contract of a token')
  if (payment.to === from.address) throw notPossible(chain, 'its sender is its recipient')
  if (payment.units === 0n && !everything) throw notPossible(chain, 'it pays nothing')
  if (payment.units > (isToken ? TOKEN_UNITS_MAX : SUN_MAX)) {
    throw notPossible(chain, 'there cannot be so much')
  }
  return { ...payment, from, everything }
}

/** The refusal of a payment that the chain cannot carry out. */
export const notPossible = (chain: ChainId, problem: string): AppError =>
  new AppError('chain.payment_not_possible', { chain, problem })

/** The refusal of what a sender has too little for. */
export const insufficient = (chain: ChainId, asset: AssetId, problem: string): AppError =>
  new AppError('chain.insufficient_funds', { chain, asset, problem })
