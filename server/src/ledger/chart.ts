import assert from 'node:assert/strict'
import type { AssetId } from '../money/units.ts'
import type { AccountFlags, AccountId, AccountSpec } from './transfer.ts'

type ChartRow = Readonly<{ flags: AccountFlags; owned: boolean; doc: string }>

const assetAccount: AccountFlags = { normal: 'debit', overdraft: 'refused' }
const liabilityAccount: AccountFlags = { normal: 'credit', overdraft: 'refused' }

/**
 * The chart of accounts of a book. `debit` accounts are what we have or what was spent, `credit`
 * accounts are what we owe or earned; with `owned`, there is one for each owner and asset,
 * otherwise one for each asset.
 */
export const chart = {
  custody: {
    flags: assetAccount,
    owned: false,
    doc: 'Coins on chain under keys that this installation controls.',
  },
  'custody.cold': {
    flags: assetAccount,
    owned: false,
    doc: 'Coins in a wallet of the organization whose keys this installation does not have.',
  },
  'deposits.pending': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits in a block that is not final yet.',
  },
  'merchant.available': {
    flags: liabilityAccount,
    owned: false,
    doc: 'What the organization may spend.',
  },
  'customer.wallet': {
    flags: liabilityAccount,
    owned: true,
    doc: 'What one customer wallet holds; the owner is the wallet.',
  },
  'exceptions.unmatched': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits that belong to nothing that is known.',
  },
  'exceptions.late': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits that came after their payment had expired.',
  },
  'exceptions.short': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits of less than their payment asked for.',
  },
  'exceptions.long': {
    flags: liabilityAccount,
    owned: false,
    doc: 'The part of deposits above what their payment asked for.',
  },
  'exceptions.foreign': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits of an asset that their payment did not ask for.',
  },
  'exceptions.ignored': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Deposits that somebody decided to leave aside.',
  },
  'refunds.payable': {
    flags: liabilityAccount,
    owned: false,
    doc: 'What is to be sent back to payers.',
  },
  'receivable.reverted': {
    flags: assetAccount,
    owned: false,
    doc: 'Coins that a fork took back after they had been credited and spent.',
  },
  'payouts.in_flight': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Payouts on their way, not final yet.',
  },
  'bridge.in_transit': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Coins locked on one chain and not minted on the other yet.',
  },
  liquidity: {
    flags: liabilityAccount,
    owned: false,
    doc: 'What conversions are served from.',
  },
  'conversions.spread': {
    flags: liabilityAccount,
    owned: false,
    doc: 'What conversions kept of what they would have given at the bare rate.',
  },
  capital: {
    flags: liabilityAccount,
    owned: false,
    doc: 'What the operator brought in to run with; in a sandbox, coins for fees.',
  },
  'fees.earned': {
    flags: liabilityAccount,
    owned: false,
    doc: 'Fees charged.',
  },
  'fees.network': {
    flags: assetAccount,
    owned: true,
    doc: 'Fees paid to the chains; the owner is who caused them: a payment, a wallet, a payout.',
  },
  rounding: {
    flags: { normal: 'credit', overdraft: 'allowed' },
    owned: false,
    doc: 'Units left over by roundings, in either direction.',
  },
  mirror: {
    flags: { normal: 'debit', overdraft: 'allowed' },
    owned: true,
    doc: 'What an outside account holds; the owner is the connection.',
  },
  'mirror.holder': {
    flags: { normal: 'credit', overdraft: 'allowed' },
    owned: true,
    doc: 'The other side of `mirror`: whose the outside account is.',
  },
} as const satisfies Record<string, ChartRow>

/** What an account is for: a row of the chart. */
export type ChartPurpose = keyof typeof chart

const OWNER = /^[\w.:-]{1,128}$/

/**
 * The account of a purpose and asset: the same arguments, the same account, for ever.
 *
 * @param owner whose it is, such as `wal_…`; given exactly for the purposes that are owned
 */
export function account(purpose: ChartPurpose, asset: AssetId, owner?: string): AccountSpec {
  const { flags, owned } = chart[purpose]
  assert.equal(owner !== undefined, owned, `${purpose} ${owned ? 'needs an' : 'has no'} owner`)
  assert(owner === undefined || OWNER.test(owner), `${owner} cannot own an account`)
  return { accountId: accountIdOf(purpose, asset, owner), purpose, owner, asset, flags }
}

/** The id of the account with this purpose, asset and owner. */
export function accountIdOf(purpose: string, asset: string, owner: string | undefined): AccountId {
  const path = owner === undefined ? [purpose, asset] : [purpose, owner, asset]
  return path.join('/') as AccountId
}
