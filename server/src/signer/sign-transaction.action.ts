import { createHash } from 'node:crypto'
import type { SignedTx, TxCodec, TxEffects } from '../chains/contract-sending.ts'
import { AppError } from '../errors/app-error.ts'
import { checkIntent, type CheckedTx, type Proved } from './check-intent.ts'
import type { Intent, SignRequest } from './intent.ts'
import { judge, type Verdict } from './judge.ts'
import type { SigningLog } from './log-file.action.ts'
import type { LogFacts, LogHead } from './log-line.ts'
import type { Master } from './master.ts'
import { proveOwn } from './own-keys.ts'
import type { ChainRules, Policy } from './policy.ts'
import { rulesFor } from './rules.ts'
import { stepOfCode } from '../totp/totp.ts'
import { nameOfIntent, type SignedBefore } from './signed-before.ts'

/** What signing needs. */
export type SigningCtx = Readonly<{
  master: Master
  policy: Policy
  log: SigningLog
  before: SignedBefore
  /** Secret of the second factor. */
  secondFactor: Uint8Array
  codecFor: (intent: Intent) => TxCodec
  now: () => number
}>

/** A signed transaction in hex, and the line of the log that says so. */
export type Signature = Readonly<{ signed: string; txHash: string; log: LogHead }>

/**
 * Signs bytes, when they do what the intent says and nothing else, and the policy lets it happen.
 * The line in the log is on the disk before the signature leaves: whatever was signed is counted.
 *
 * It runs without a pause from the first look at what was spent to the line that says so, so that
 * no two requests can be judged by the same past.
 *
 * @throws signer.path_invalid, signer.address_differs, signer.intent_differs,
 *   signer.intent_expired, signer.intent_reused, signer.payment_reused, signer.not_allowed,
 *   signer.destination_not_listed, signer.cap_exceeded, signer.code_needed, signer.code_wrong,
 *   signer.code_locked, signer.log_waiting, chain.transaction_not_readable
 */
export function signTransaction(ctx: SigningCtx, request: SignRequest): Signature {
  const { intent, unsigned } = request
  const now = Math.max(ctx.now(), ctx.before.newestAt())
  const proved = proveAll(ctx.master, intent)
  try {
    const codec = ctx.codecFor(intent)
    const effects = readable(intent, () => codec.explain(intent.chain.chain, unsigned))
    const { checked, verdict, rules } = decide(ctx, { intent, effects, proved, now })
    const codeStep = verdict.needsCode ? checkCode(ctx, request, now) : undefined
    const keys = proved.keys.map(({ address, privateKey }) => ({ address, privateKey }))
    const signed = readable(intent, () => codec.sign(intent.chain.chain, unsigned, keys))
    const { scope } = rules
    const line = lineOf(intent, { effects, checked, signed, verdict, scope, codeStep })
    ctx.before.take(ctx.log.append(line, now))
    const hex = Buffer.from(signed.bytes).toString('hex')
    return { signed: hex, txHash: signed.txHash, log: ctx.log.head() }
  } finally {
    for (const key of proved.keys) key.privateKey.fill(0)
  }
}

/** Bytes that a codec stumbles over are not signed; they do not end the process either. */
function readable<Value>({ chain }: Intent, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const problem = 'they are not built like any that this network knows'
    throw new AppError('chain.transaction_not_readable', { chain: chain.chain, problem }, { cause })
  }
}

function proveAll(master: Master, intent: Intent): Proved {
  const prove = (claimed: Readonly<{ path: string; address: string }>) =>
    proveOwn(master, intent, claimed)
  const destinations = intent.payments.map(({ path, to }) =>
    path === undefined ? undefined : prove({ path, address: to }),
  )
  const change = intent.change === undefined ? undefined : prove(intent.change)
  const setup = intent.setup === undefined ? undefined : prove(intent.setup)
  for (const own of [change, setup, ...destinations]) own?.privateKey.fill(0)
  return { keys: intent.keys.map(prove), change, setup, destinations }
}

type Asked = Readonly<{ intent: Intent; effects: TxEffects; proved: Proved; now: number }>

function decide(
  ctx: SigningCtx,
  { intent, effects, proved, now }: Asked,
): Readonly<{ checked: CheckedTx; verdict: Verdict; rules: ChainRules }> {
  const { before, policy } = ctx
  const { id, expires } = intent
  if (expires !== undefined && now > expires) {
    throw new AppError('signer.intent_expired', { intent: id })
  }
  const rules = rulesFor(policy, intent, proved.keys)
  if (rules.waitsForLog && now < before.waitsUntil()) {
    const until = new Date(before.waitsUntil()).toISOString()
    throw new AppError('signer.log_waiting', { until })
  }
  const checked = checkIntent(intent, effects, { proved, shared: policy.sharedAccounts })
  const first = before.intent(id)
  const isAgain =
    first !== undefined &&
    first.meaning === meaningOf(intent, checked) &&
    first.slots.length > 0 &&
    first.slots.every((slot) => effects.slots.includes(slot))
  if (first !== undefined && !isAgain) throw new AppError('signer.intent_reused', { intent: id })
  refusePaid(before, intent)
  const today = before.spentToday(now)
  return { checked, verdict: judge({ checked, rules, today, feeBefore: first?.feeMax }), rules }
}

/** The time step of the code. A wrong one is written down before it is refused: guesses are few. */
function checkCode(ctx: SigningCtx, { intent, code }: SignRequest, now: number): number {
  const { before } = ctx
  if (code === undefined) throw new AppError('signer.code_needed', { intent: intent.id })
  if (before.isCodeLocked(now)) throw new AppError('signer.code_locked', {})
  const step = stepOfCode(ctx.secondFactor, code, { now, usedStep: before.usedStep() })
  if (step !== undefined) return step
  before.take(ctx.log.append({ kind: 'wrong_code', intent: intent.id }, now))
  throw new AppError('signer.code_wrong', { intent: intent.id })
}

type Done = Readonly<{
  effects: TxEffects
  checked: CheckedTx
  signed: SignedTx
  verdict: Verdict
  scope: string
  codeStep: number | undefined
}>

function lineOf(intent: Intent, done: Done): LogFacts {
  const { effects, checked, signed, verdict, scope, codeStep } = done
  return {
    kind: 'signed',
    intent: intent.id,
    purpose: intent.kind,
    chain: intent.chain.chain,
    scope,
    meaning: meaningOf(intent, checked),
    keys: intent.keys.map(({ path }) => path),
    payments: paymentsOf(intent),
    ...(intent.change === undefined ? {} : { change: intent.change.path }),
    ...(intent.setup === undefined ? {} : { setup: intent.setup.path }),
    feeMax: `${effects.feeMax}`,
    slots: [...effects.slots],
    txHash: signed.txHash,
    counts: verdict.counts.map(({ name, units }) => ({ name, units: `${units}` })),
    ...(codeStep === undefined ? {} : { codeStep }),
  }
}

const paymentsOf = ({ payments }: Intent) =>
  payments.map(({ to, asset, units, path, name }) => ({
    to,
    asset: asset.id,
    units: `${units}` as const,
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { name }),
  }))

/** Nothing that has a name is paid under two intents, whatever else is in a transaction with it. */
function refusePaid(before: SignedBefore, { id, payments }: Intent): void {
  for (const { name } of payments) {
    const earlier = name === undefined ? undefined : before.intentOf(name)
    if (name === undefined || earlier === undefined || earlier === nameOfIntent(id)) continue
    throw new AppError('signer.payment_reused', { payment: name, intent: earlier })
  }
}

/**
 * What is paid to whom; fee, change and bytes may be others in a replacement. What stays in the
 * book may be more or less: a sweep of everything brings what its fee leaves over.
 */
function meaningOf(intent: Intent, { outside }: CheckedTx): string {
  const { chain, simulated, network, payments, setup } = intent
  const paid = outside.map(({ to, asset, units }) => `${units} ${asset} ${to}`)
  const kept = payments.map(({ to, asset }) => `${asset.id} ${to}`)
  const put = setup === undefined ? [] : [setup.address]
  const said = [chain.chain, simulated, network, paid.sort(), kept.sort(), ...put]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}
