import { AppError } from '../../errors/app-error.ts'
import type { AssetId, ChainId } from '../../money/units.ts'
import type { Payment, SendRequest } from '../contract-sending.ts'
import { checkSolanaAddress } from './address.ts'
import type { AssetTable } from './assets.ts'
import { programs, U64_MAX } from './programs.ts'
import type { Account, Holding, Mint } from './holdings.client.ts'
import type { Step } from './steps.ts'
import { associatedAccount } from './token-account.ts'

/** What was looked up for a request. */
export type Facts = Readonly<{
  chain: ChainId
  assets: AssetTable
  /** Of the senders, the payer, those who are paid, and their token accounts. */
  accounts: ReadonlyMap<string, Account>
  /** By `holdingKey`. */
  holdings: ReadonlyMap<string, readonly Holding[]>
  mints: ReadonlyMap<string, Mint>
  /** The least that an account without data has to hold, in lamports. */
  rentMin: bigint
  /** What opening a token account takes, in lamports. */
  tokenAccountRent: bigint
}>

/** Names an owner's holdings of a token. */
export const holdingKey = (owner: string, mint: string): string => `${owner} ${mint}`

/** The steps that move the coins of a request. */
type Moving = Extract<Step, { kind: 'coins' | 'tokens' | 'open_account' }>

/**
 * What of a request is wrong whatever the chain looks like.
 * @throws chain.payment_not_possible
 */
export function checkRequest(chain: ChainId, assets: AssetTable, request: SendRequest): void {
  const { from, payments, everything } = request
  const refuse = (problem: string): AppError => impossible(chain, problem)
  if (everything === true && payments.length > 1) {
    throw refuse('everything can only go to one address')
  }
  if (everything !== true && from.length > 1) throw refuse('one key sends at a time')
  for (const { to, asset, units } of payments) {
    const check = checkSolanaAddress(to)
    if (check.kind === 'invalid') throw refuse(`${to} cannot be paid: ${check.reason}`)
    if (asset !== assets.coin && !assets.mints.has(asset)) throw refuse(`${asset} is not sent here`)
    if (units <= 0n) throw refuse('nothing would be paid')
    if (units > U64_MAX) throw refuse(`${units} units are more than there can be`)
  }
}

/**
 * The steps of a request's payments. With `everything` of the coin, who pays the fee sends what he
 * has less this fee.
 *
 * @throws chain.payment_not_possible, chain.insufficient_funds
 */
export function paymentSteps(facts: Facts, request: SendRequest, fee: bigint): readonly Moving[] {
  for (const payment of request.payments) checkRecipient(facts, payment)
  const steps =
    request.everything === true
      ? emptying(facts, request, fee)
      : paying(facts, request.from[0].address, request.payments)
  const opened = new Map(
    request.payments.flatMap(({ to, asset }) => {
      const mint = facts.assets.mints.get(asset)
      const payer = payerOf(request)
      if (mint === undefined) return []
      return [[holdingKey(to, mint), { kind: 'open_account', payer, owner: to, mint } as const]]
    }),
  )
  return [...opened.values(), ...steps]
}

/** Whose coins pay the fee of a request. */
export const payerOf = ({ feePayer, from }: SendRequest): string => (feePayer ?? from[0]).address

function paying(facts: Facts, from: string, payments: readonly Payment[]): readonly Moving[] {
  const left = new Map<string, bigint>()
  return payments.map(({ to, asset, units }) => {
    const mint = facts.assets.mints.get(asset)
    if (mint === undefined) return { kind: 'coins', from, to, lamports: units }
    const { decimals } = mintOf(facts, mint)
    const usual = associatedAccount(from, mint).address
    const all = facts.holdings.get(holdingKey(from, mint)) ?? []
    const sorted = all.toSorted((a, b) => Number(b.account === usual) - Number(a.account === usual))
    const remains = (one: Holding): bigint => left.get(one.account) ?? one.units
    const source = sorted.find((one) => !one.frozen && remains(one) >= units)
    if (source === undefined) throw lacking(facts, asset, shortOf(from, all, units))
    left.set(source.account, remains(source) - units)
    return tokensStep({ authority: from, mint, decimals, to, source: source.account, units })
  })
}

function emptying(facts: Facts, request: SendRequest, fee: bigint): readonly Moving[] {
  const [{ to, asset, units: least }] = request.payments
  const mint = facts.assets.mints.get(asset)
  const payer = payerOf(request)
  const steps = request.from.flatMap(({ address }): readonly Moving[] => {
    if (mint === undefined) {
      const held = facts.accounts.get(address)?.lamports ?? 0n
      const lamports = address === payer ? held - fee : held
      return lamports > 0n ? [{ kind: 'coins', from: address, to, lamports }] : []
    }
    const { decimals } = mintOf(facts, mint)
    return (facts.holdings.get(holdingKey(address, mint)) ?? [])
      .filter((one) => one.units > 0n && !one.frozen)
      .map(({ account: source, units }) =>
        tokensStep({ authority: address, mint, decimals, to, source, units }),
      )
  })
  const sum = steps.reduce((all, step) => all + amountOf(step), 0n)
  if (sum < least) throw lacking(facts, asset, `${sum} units would arrive, not ${least}`)
  return steps
}

type Tokens = Readonly<{
  authority: string
  mint: string
  decimals: number
  to: string
  source: string
  units: bigint
}>

const tokensStep = ({ to, ...tokens }: Tokens): Moving => ({
  kind: 'tokens',
  ...tokens,
  destination: associatedAccount(to, tokens.mint).address,
})

/** What a step moves of its asset; opening an account moves nothing. */
export function amountOf(step: Moving): bigint {
  if (step.kind === 'open_account') return 0n
  return step.kind === 'coins' ? step.lamports : step.units
}

/** Coins to a program, a mint or a token account are lost to everybody. */
function checkRecipient({ chain, accounts }: Facts, { to }: Payment): void {
  const account = accounts.get(to)
  if (account === undefined) return
  if (account.executable) throw impossible(chain, `${to} is a program`)
  if (account.program === programs.token || account.program === programs.token2022) {
    throw impossible(chain, `${to} is an account of the token program, not one of an owner`)
  }
}

function mintOf({ chain, mints }: Facts, address: string): Mint {
  const mint = mints.get(address)
  if (mint === undefined) throw impossible(chain, `${address} is no token of this network`)
  if (mint.program === programs.token) return mint
  throw impossible(chain, `${address} is a token of the newer token program, which is not sent`)
}

/**
 * Whether everybody can pay, and what is left behind may be: an account holds nothing, or enough
 * to be kept.
 *
 * @param fee what the payer pays now: for execution, and for the token accounts that are opened
 * @throws chain.payment_not_possible, chain.insufficient_funds
 */
export function checkCoins(
  facts: Facts,
  steps: readonly Step[],
  { payer, fee }: Readonly<{ payer: string; fee: bigint }>,
): void {
  const { assets, accounts, rentMin } = facts
  const changes = new Map([[payer, -fee]])
  const add = (address: string, change: bigint): void => {
    changes.set(address, (changes.get(address) ?? 0n) + change)
  }
  for (const step of steps) {
    if (step.kind !== 'coins') continue
    add(step.from, -step.lamports)
    add(step.to, step.lamports)
  }
  for (const [address, change] of changes) {
    const before = accounts.get(address)?.lamports ?? 0n
    const after = before + change
    if (after < 0n) {
      throw lacking(facts, assets.coin, `${address} has ${before} lamports, and needs ${-change}`)
    }
    if (after === 0n || after >= rentMin) continue
    const kept = `${after} lamports; an account holds at least ${rentMin}, or nothing`
    if (change > 0n) throw impossible(facts.chain, `${address} would have ${kept}`)
    throw lacking(facts, assets.coin, `${address} would keep ${kept}`)
  }
}

function shortOf(from: string, all: readonly Holding[], units: bigint): string {
  const sum = all.reduce((total, one) => total + one.units, 0n)
  const spread = sum >= units ? ', but no account of his that is not frozen has so many' : ''
  return `${from} has ${sum} units, and needs ${units}${spread}`
}

/** The refusal of what this chain cannot do. */
export const impossible = (chain: ChainId, problem: string): AppError =>
  new AppError('chain.payment_not_possible', { chain, problem })

const lacking = ({ chain }: Facts, asset: AssetId, problem: string): AppError =>
  new AppError('chain.insufficient_funds', { chain, asset, problem })
