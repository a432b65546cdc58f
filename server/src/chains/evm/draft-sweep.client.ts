import { AppError } from '../../errors/app-error.ts'
import type { OwnKey, SendRequest } from '../contract-sending.ts'
import { checksummed } from './address.ts'
import { Quantity } from './answers.ts'
import { inParallel } from '../node/concurrent.ts'
import {
  affordable,
  notPossible,
  onlyPayment,
  priced,
  spendable,
  type Draft,
  type Sending,
} from './draft.client.ts'
import { codeAt, futureSweeper, isSweeperThere } from './draft-setup.client.ts'
import { gatherCall, sweeperOf } from './sweeper.ts'
import type { Authorization } from './transaction.ts'

/** As many as fit well into a block's gas, and into what a signer reads at once. */
const WALLETS_MAX = 100

/** How the code of an address reads that lets a contract act for it (EIP-7702). */
const delegation = (delegate: string): string => `0xef0100${delegate.slice(2)}`

/** Whether a request is for a batch: everything of some keys, and another key pays for it. */
export const isSweep = ({ from: [first], feePayer, everything }: SendRequest): boolean =>
  everything === true && feePayer !== undefined && feePayer.address !== first.address

/** Whether the sweeper that a request needs has to be made first. */
export async function needsSweeper(sending: Sending, request: SendRequest): Promise<boolean> {
  if (!isSweep(request)) return false
  return !(await isSweeperThere(sending, onlyPayment(sending, request).to))
}

/**
 * A transaction by which a treasury's sweeper empties many addresses. Those that never were emptied
 * so before authorize it with their own keys.
 *
 * @param made whether the sweeper must be there: to learn what the sweep would cost, it need not
 * @throws chain.insufficient_funds, chain.payment_not_possible
 */
export async function draftSweep(
  sending: Sending,
  request: SendRequest,
  { payer, made }: Readonly<{ payer: OwnKey; made: boolean }>,
): Promise<Draft> {
  const { node, assets } = sending
  const { to: treasury, asset, units: least } = onlyPayment(sending, request)
  const wallets = request.from.map(({ address }) => address.toLowerCase())
  checkWallets(sending, wallets, [treasury, payer.address.toLowerCase()])
  const sweeper = sweeperOf(treasury)
  const isThere = await isSweeperThere(sending, treasury)
  if (made && !isThere) {
    const problem = `the sweeper of ${checksummed(treasury)} is not made yet at ${checksummed(sweeper)}`
    throw notPossible(node, problem)
  }
  const held = await inParallel(wallets, (wallet) => spendable(sending, wallet, { asset }))
  const sum = held.reduce((all, one) => all + one, 0n)
  if (sum < least || sum === 0n) {
    const problem = `there are ${sum} of ${least} units together`
    throw new AppError('chain.insufficient_funds', { chain: node.chain, asset, problem })
  }
  const found = await inParallel(wallets, (wallet) => authorizationOf(sending, wallet, sweeper))
  const authorizations = found.filter((one) => one !== undefined)
  const future = isThere ? {} : { [sweeper]: { code: await futureSweeper(sending, treasury) } }
  const draft = await priced(
    sending,
    {
      from: payer,
      to: sweeper,
      value: 0n,
      data: gatherCall({ token: assets.contractOf(asset), treasury, wallets }),
      authorizations,
      overrides: {
        ...future,
        ...Object.fromEntries(
          authorizations.map(({ authority, delegate }) => [
            authority,
            { code: delegation(delegate) },
          ]),
        ),
      },
    },
    { ...request, exact: false },
  )
  const coins = { ...request, asset: assets.native }
  return affordable(sending, draft, await spendable(sending, payer.address, coins))
}

/** @throws chain.payment_not_possible */
function checkWallets(
  { node }: Sending,
  wallets: readonly string[],
  others: readonly string[],
): void {
  if (wallets.length > WALLETS_MAX) throw notPossible(node, `more than ${WALLETS_MAX} addresses`)
  if (new Set(wallets).size < wallets.length) throw notPossible(node, 'an address is named twice')
  const mixed = wallets.find((wallet) => others.includes(wallet))
  if (mixed !== undefined) throw notPossible(node, `${mixed} cannot pay for its own sweep`)
}

/** What an address has to sign; undefined when the sweeper acts for it already. */
async function authorizationOf(
  sending: Sending,
  wallet: string,
  sweeper: string,
): Promise<Authorization | undefined> {
  const code = await codeAt(sending, wallet)
  if (code === delegation(sweeper)) return undefined
  if (code !== '0x' && !code.startsWith(delegation('0x'))) {
    throw notPossible(sending.node, `${checksummed(wallet)} is a contract`)
  }
  const question = [wallet, 'pending']
  const nonce = await sending.node.ask('eth_getTransactionCount', question, Quantity)
  return { authority: wallet, delegate: sweeper, nonce }
}
