import type { Parameters } from './parameters.ts'
import {
  freeNetLeft,
  stakeOf,
  withActive,
  withFreeNet,
  withStake,
  type ChainState,
} from './state.ts'
import type { Deed, Sent } from './transaction.ts'
import type { InnerCall, Tvm, TvmLog } from './tvm.ts'

/** What executing is done with. */
export type Executor = Readonly<{ tvm: Tvm; parameters: Parameters }>

/** What a transaction did in a block, before it is shown. */
export type Executed = Readonly<{
  sent: Sent
  contractRet: 'SUCCESS' | 'REVERT' | 'OUT_OF_ENERGY'
  feeSun: bigint
  netUsage: bigint
  netFeeSun: bigint
  energyUsage: bigint
  energyFeeSun: bigint
  output: string
  logs: readonly TvmLog[]
  inner: readonly InnerCall[]
}>

/** A rule that a transaction breaks, as the network names it. */
export type Refusal = Readonly<{ code: string; message: string }>

/** Why the network does not take a transaction at all; undefined when it does. */
export async function problemOf(
  { tvm, parameters }: Executor,
  state: ChainState,
  { deed, raw, balance }: Readonly<{ deed: Deed; raw: Sent['raw']; balance: bigint }>,
): Promise<Refusal | undefined> {
  const invalid = (what: string): Refusal => {
    const message = `Contract validate error : ${what}`
    return { code: 'CONTRACT_VALIDATE_ERROR', message }
  }
  if (deed.type === 'TriggerSmartContract') {
    if (!(await tvm.isContract(deed.to))) return invalid('No contract or not a smart contract')
    if (BigInt(raw.fee_limit ?? 0) > parameters.getMaxFeeLimit) {
      return invalid(`feeLimit must be >= 0 and <= ${parameters.getMaxFeeLimit}`)
    }
    return state.active.has(deed.owner) ? undefined : invalid('account does not exist')
  }
  const wrong = (what: string): Refusal => invalid(`Validate TransferContract error, ${what}`)
  if (!state.active.has(deed.owner)) return wrong('no OwnerAccount.')
  if (deed.sun <= 0n) return wrong('Amount must be greater than 0.')
  if (deed.owner === deed.to) return wrong('Cannot transfer TRX to yourself.')
  if (await tvm.isContract(deed.to)) return wrong('Cannot transfer TRX to a smartContract.')
  return balance < deed.sun + accountFee(parameters, state, deed)
    ? wrong('balance is not sufficient.')
    : undefined
}

const accountFee = (parameters: Parameters, { active }: ChainState, deed: Deed): bigint =>
  isNewAccount(active, deed) ? parameters.getCreateNewAccountFeeInSystemContract : 0n

const isNewAccount = (active: ReadonlySet<string>, deed: Deed): boolean =>
  deed.type === 'TransferContract' && !active.has(deed.to)

/** How a transaction's bytes are paid for; undefined when its sender cannot. */
export type NetBill = Readonly<{ state: ChainState; usage: bigint; feeSun: bigint }>

/** Stake first, then what everybody has free, then coins; new accounts only by stake or coins. */
export function billNet(
  { parameters }: Pick<Executor, 'parameters'>,
  state: ChainState,
  { sent, nowMs, balance }: Readonly<{ sent: Sent; nowMs: number; balance: bigint }>,
): NetBill | undefined {
  const { owner } = sent.deed
  const bytes = BigInt(sent.bytes)
  const stake = stakeOf(state, owner)
  if (stake.bandwidth >= bytes) {
    const left = { ...stake, bandwidth: stake.bandwidth - bytes }
    return { state: withStake(state, owner, left), usage: bytes, feeSun: 0n }
  }
  const isNew = isNewAccount(state.active, sent.deed)
  const limit = parameters.getFreeNetLimit
  const free = freeNetLeft(state, owner, { nowMs, limit })
  if (!isNew && free >= bytes) {
    const after = withFreeNet(state, owner, { nowMs, limit, left: free - bytes })
    return { state: after, usage: bytes, feeSun: 0n }
  }
  const feeSun = isNew ? parameters.getCreateAccountFee : bytes * parameters.getTransactionFee
  return balance >= feeSun ? { state, usage: 0n, feeSun } : undefined
}

/** Carries a transaction out on the newest state; undefined when it cannot be in a block. */
export async function execute(
  executor: Executor,
  before: ChainState,
  { sent, nowMs }: Readonly<{ sent: Sent; nowMs: number }>,
): Promise<Readonly<{ state: ChainState; executed: Executed }> | undefined> {
  const { tvm } = executor
  const { owner } = sent.deed
  const balance = await tvm.balance(owner)
  const bill = billNet(executor, before, { sent, nowMs, balance })
  if (bill === undefined) return undefined
  const left = balance - bill.feeSun
  const problem = await problemOf(executor, bill.state, { ...sent, balance: left })
  if (problem !== undefined) return undefined
  await tvm.setBalance(owner, left)
  const net = { sent, netUsage: bill.usage, netFeeSun: bill.feeSun }
  return sent.deed.type === 'TransferContract'
    ? transfer(executor, bill.state, net)
    : call(executor, bill.state, { net, balance: left })
}

type Net = Pick<Executed, 'sent' | 'netUsage' | 'netFeeSun'>
type Done = Readonly<{ state: ChainState; executed: Executed }>

async function transfer({ tvm, parameters }: Executor, state: ChainState, net: Net): Promise<Done> {
  const { owner, to, sun } = net.sent.deed
  const forAccount = accountFee(parameters, state, net.sent.deed)
  await tvm.setBalance(owner, (await tvm.balance(owner)) - sun - forAccount)
  await tvm.setBalance(to, (await tvm.balance(to)) + sun)
  const nothing = { energyUsage: 0n, energyFeeSun: 0n, output: '0x', logs: [], inner: [] }
  const feeSun = net.netFeeSun + forAccount
  return {
    state: withActive(state, to),
    executed: { ...net, ...nothing, contractRet: 'SUCCESS', feeSun },
  }
}

/** The limit of the fee bounds all energy, that which is staked too. */
async function call(
  { tvm, parameters }: Executor,
  state: ChainState,
  { net, balance }: Readonly<{ net: Net; balance: bigint }>,
): Promise<Done> {
  const { sent } = net
  const { owner, to, sun } = sent.deed
  const data = sent.deed.type === 'TriggerSmartContract' ? sent.deed.data : '0x'
  const price = parameters.getEnergyFee
  const stake = stakeOf(state, owner)
  const payable = stake.energy + (balance > sun ? balance - sun : 0n) / price
  const limited = BigInt(sent.raw.fee_limit ?? 0) / price
  const energyMax = payable < limited ? payable : limited
  const outcome = await tvm.run({ from: owner, to, sun, data }, energyMax)
  const isOut = !outcome.succeeded && outcome.energy >= energyMax
  const energyUsage = outcome.energy < energyMax ? outcome.energy : energyMax
  const staked = energyUsage < stake.energy ? energyUsage : stake.energy
  const energyFeeSun = (energyUsage - staked) * price
  await tvm.setBalance(owner, (await tvm.balance(owner)) - energyFeeSun)
  const active = outcome.inner
    .filter((one) => !one.failed && one.sun > 0n)
    .reduce((known, one) => withActive(known, one.to), state)
  const failed = isOut ? 'OUT_OF_ENERGY' : 'REVERT'
  return {
    state: withStake(active, owner, { ...stake, energy: stake.energy - staked }),
    executed: {
      ...net,
      contractRet: outcome.succeeded ? 'SUCCESS' : failed,
      feeSun: net.netFeeSun + energyFeeSun,
      energyUsage,
      energyFeeSun,
      output: outcome.output,
      logs: outcome.succeeded ? outcome.logs : [],
      inner: outcome.inner.map((one) => ({ ...one, failed: one.failed || !outcome.succeeded })),
    },
  }
}
