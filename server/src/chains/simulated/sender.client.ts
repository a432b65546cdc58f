import { AppError } from '../../errors/app-error.ts'
import { chainOfAsset } from '../../money/caip.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { DbTx } from '../../shell/db.ts'
import type {
  ChainSender,
  FeeEstimate,
  OwnKey,
  SendRequest,
  Speed,
  TxState,
  UnsignedTx,
  UsualPayment,
} from '../contract-sending.ts'
import { leftOf, nonceFor } from '../in-flight.ts'
import { checkAddress } from './address.ts'
import { takeBroadcast, needsOf } from './broadcast.action.ts'
import { readForks } from './chain.store.ts'
import { priceOf } from './chain-state.ts'
import { openSigned, simulatedCodec, writeSpend, type SimulatedSpend } from './codec.ts'
import { blockAt } from './derive.ts'
import { balanceAt } from './look.store.ts'
import { onChain, type OpenChain, type SimulatedCtx } from './open-chain.action.ts'
import { feeOf, minedNonce, standingOf, waitingSpend } from './spend.store.ts'

/** What is paid for being mined soon, in tenths of the price. */
const SPEED_TENTHS: Readonly<Record<Speed, bigint>> = { slow: 10n, normal: 12n, fast: 20n }

/** How much dearer than usual a payment may get. */
const FEE_GROWTH = 3n

/** Sending on one simulated chain: accounts with nonces, whichever family it plays. */
export function simulatedSender(ctx: SimulatedCtx): ChainSender {
  const { chain } = ctx.network
  return {
    estimate: (request) => look(ctx, (_, view) => Promise.resolve(estimateOf(view, request))),
    usual: (asset, speed) =>
      look(ctx, async (_, view) => {
        if (chainOfAsset(asset) === chain) return usualOf(view, speed)
        const problem = `${asset} does not exist there`
        throw new AppError('chain.payment_not_possible', { chain: ctx.network.name, problem })
      }),
    build: (request) =>
      look(ctx, async (dbTx, view) => {
        refuseImpossible(ctx, request)
        const { fee } = withinLimit(ctx, estimateOf(view, request), request)
        const senders: { address: string; nonce: number }[] = []
        for (const { address } of payersOf(request)) {
          const numbers = await nonces(dbTx, view, address)
          const nonce = nonceFor(request, { chain, address, ...numbers })
          senders.push({ address, nonce: Number(nonce) })
        }
        return unsignedOf(ctx, request, await spendOf(dbTx, { ctx, view, request, senders, fee }))
      }),
    bump: (stuck, request) =>
      look(ctx, async (dbTx, view) => {
        const { spend: old } = openSigned(chain, stuck)
        const now = estimateOf(view, request).fee
        const least = units((old.fee * 11n + 9n) / 10n)
        const fee = now > least ? now : least
        withinLimit(ctx, { fee, feeMax: fee }, request)
        for (const { address, nonce } of old.senders) {
          const next = await minedNonce(dbTx, view.key, { address, upTo: view.state.height })
          if (nonce >= next) continue
          const problem = `nonce ${nonce} of ${address} is mined`
          throw new AppError('chain.replacement_refused', { chain, problem })
        }
        return unsignedOf(ctx, request, { ...old, fee })
      }),
    broadcast: (signed) => takeBroadcast(ctx, signed),
    lookUp: (txHash) => look(ctx, (dbTx, view) => stateOf(dbTx, view, txHash)),
    slotState: (slot) =>
      look(ctx, async (dbTx, { key, state }) => {
        const [, address = '', nonce = ''] = slot.split(':')
        const upTo = state.height - ctx.network.confirmations.final + 1
        return (await minedNonce(dbTx, key, { address, upTo })) > BigInt(nonce) ? 'spent' : 'free'
      }),
  }
}

/** Everybody who signs; the first one pays the fee. */
const payersOf = ({ from, feePayer }: SendRequest): readonly OwnKey[] =>
  feePayer === undefined
    ? from
    : [feePayer, ...from.filter(({ address }) => address !== feePayer.address)]

function look<T>(ctx: SimulatedCtx, work: (dbTx: DbTx, view: OpenChain) => Promise<T>): Promise<T> {
  return onChain(ctx, (dbTx, chain) => {
    if (!chain.state.behaviour.halt) return work(dbTx, chain)
    throw new AppError('chain.unreachable', { chain: ctx.network.name })
  })
}

function estimateOf({ state }: OpenChain, { speed }: Pick<SendRequest, 'speed'>): FeeEstimate {
  const fee = units((priceOf(state) * SPEED_TENTHS[speed]) / 10n)
  return { fee, feeMax: fee }
}

/** Prices move only when somebody sets them: room for haste, and for a replacement. */
function usualOf(view: OpenChain, speed: Speed): UsualPayment {
  const { fee } = estimateOf(view, { speed })
  return { fee, feeMax: units(fee * FEE_GROWTH), least: units(1n) }
}

function withinLimit(ctx: SimulatedCtx, estimate: FeeEstimate, request: SendRequest): FeeEstimate {
  if (estimate.fee <= request.feeMax) return estimate
  throw new AppError('chain.fee_above_limit', {
    chain: ctx.network.name,
    fee: `${estimate.fee}`,
    feeMax: `${request.feeMax}`,
  })
}

function refuseImpossible({ network }: SimulatedCtx, request: SendRequest): void {
  for (const { to, units: amount } of request.payments) {
    const check = checkAddress(network.family, to)
    const problem =
      check.kind === 'invalid'
        ? `${to} cannot be paid, ${check.reason}`
        : amount <= 0n && request.everything !== true
          ? 'a payment of nothing moves nothing'
          : undefined
    if (problem === undefined) continue
    throw new AppError('chain.payment_not_possible', { chain: network.name, problem })
  }
}

async function nonces(
  dbTx: DbTx,
  view: OpenChain,
  address: string,
): Promise<Readonly<{ next: bigint; mined: bigint }>> {
  const mined = await minedNonce(dbTx, view.key, { address, upTo: view.state.height })
  let next = mined
  while ((await waitingSpend(dbTx, view.key, { address, nonce: next })) !== undefined) next += 1
  return { next: BigInt(next), mined: BigInt(mined) }
}

type Drafting = Readonly<{
  ctx: SimulatedCtx
  view: OpenChain
  request: SendRequest
  senders: SimulatedSpend['senders']
  fee: Units
}>

async function spendOf(dbTx: DbTx, draft: Drafting): Promise<SimulatedSpend> {
  const { ctx, request, senders, fee } = draft
  const transfers =
    request.everything === true
      ? await sweepOf(dbTx, draft)
      : request.payments.map((one) => ({ ...one, from: request.from[0].address }))
  const spend = { chain: ctx.network.chain, senders, fee, transfers }
  for (const { address } of senders) {
    for (const [asset, need] of needsOf(spend, address, ctx.network.native)) {
      if ((await holds(dbTx, draft, { address, asset })) < need) throw tooLittle(ctx, asset)
    }
  }
  return spend
}

/** All that each sender has of the payment's asset, the fee kept back by whoever pays it. */
async function sweepOf(dbTx: DbTx, draft: Drafting): Promise<SimulatedSpend['transfers']> {
  const { ctx, request, fee } = draft
  const [{ to, asset, units: least }] = request.payments
  const parts: SimulatedSpend['transfers'][number][] = []
  for (const [place, { address }] of request.from.entries()) {
    const all = await holds(dbTx, draft, { address, asset })
    const paysFee = place === 0 && request.feePayer === undefined
    const kept = paysFee && asset === ctx.network.native ? fee : 0n
    parts.push({ from: address, to, asset, units: units(all > kept ? all - kept : 0n) })
  }
  const moved = parts.filter((one) => one.units > 0n)
  const sum = moved.reduce((total, one) => total + one.units, 0n)
  if (moved.length === 0 || sum < least) throw tooLittle(ctx, asset)
  return moved
}

async function holds(
  dbTx: DbTx,
  { view, request }: Drafting,
  of: Readonly<{ address: string; asset: AssetId }>,
): Promise<Units> {
  const balance = await balanceAt(dbTx, view.key, { ...of, height: view.state.height })
  return leftOf(balance, request.inFlight, of)
}

const tooLittle = (ctx: SimulatedCtx, asset: AssetId): AppError =>
  new AppError('chain.insufficient_funds', {
    chain: ctx.network.name,
    asset,
    problem: 'the senders hold less than the payments and the fee',
  })

function unsignedOf(ctx: SimulatedCtx, request: SendRequest, spend: SimulatedSpend): UnsignedTx {
  const bytes = writeSpend(spend)
  const { chain } = ctx.network
  const effects = simulatedCodec.explain(chain, bytes)
  const signers = payersOf(request).filter(({ address }) => effects.spenders.includes(address))
  return { chain, bytes, signers, change: undefined, effects }
}

async function stateOf(dbTx: DbTx, view: OpenChain, txHash: string): Promise<TxState> {
  const { key, origin, state } = view
  const found = await standingOf(dbTx, key, txHash)
  if (found?.state === 'waiting') return { kind: 'waiting' }
  if (found?.state !== 'mined' || found.height === null) return { kind: 'unknown' }
  const forks = await readForks(dbTx, key)
  const block = blockAt(origin, { height: found.height, tip: state.height }, forks)
  const fee = (await feeOf(dbTx, key, txHash)) ?? units(0n)
  return { kind: 'mined', block, succeeded: true, fee }
}
