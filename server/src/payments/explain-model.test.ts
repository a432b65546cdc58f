import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  Arrives,
  Climbs,
  Decides,
  END,
  Passes,
  Real,
  terms,
  type Model,
} from '../../test/payment-model.ts'
import type { DepositStory } from '../explain/deposit-facts.ts'
import type { Explanation } from '../explain/explanation.ts'
import { isWaiting } from '../explain/explanation.ts'
import { resolveAsset } from '../money/alias.ts'
import { units, type AssetId } from '../money/units.ts'
import type { ExceptionCase } from './exception-case.ts'
import { explainException } from './explain-exception.ts'
import type { Told } from './explain-timeline.ts'
import { explainPayment } from './explain.ts'
import type { Payment } from './payment-record.ts'
import { judge, type Part } from './payment.ts'
import { statusWord } from './snapshot.ts'
import { openItems, type Transition } from './transition.ts'

const ASSETS = new Map<string, AssetId>([
  ['tether', resolveAsset({ currency: 'USDT_BSC' }).id],
  ['ether', resolveAsset({ currency: 'BNB' }).id],
  ['other', resolveAsset({ currency: 'USDC_BSC' }).id],
])
const realAsset = (asset: AssetId): AssetId => ASSETS.get(asset) ?? asset

/** A payment of the model that is explained after each thing that happens to it. */
class Explained extends Real {
  events: Told['events'] = []
  cases: readonly ExceptionCase[] = []

  override take(transition: Transition): void {
    const before = judge(terms, this.facts, this.now)
    super.take(transition)
    const { status } = judge(terms, this.facts, this.now)
    if (status !== before.status) this.tell('pay_1', `payment.${statusWord('payment', status)}`)
    this.sync()
    this.check()
  }

  tell(objectId: string, type: string): void {
    const sequence = this.events.length + 1
    const event = { eventId: `evt_${sequence}`, type, objectId, sequence, createdAt: this.now }
    this.events = [...this.events, event]
  }

  /** The inbox as `syncCases` keeps it. */
  sync(): void {
    const wanted = openItems(terms, this.facts, this.now)
    const isWanted = (one: ExceptionCase): boolean =>
      wanted.some((item) => item.kind === one.kind && item.depositId === one.depositId)
    const end = { by: 'settled', customerId: undefined, coins: '[]', at: this.now } as const
    const kept = this.cases.map((one) => {
      if (one.resolution !== undefined || isWanted(one)) return one
      this.tell(one.exceptionId, 'exception.resolved')
      return { ...one, resolution: end }
    })
    const isOpen = ({ kind, depositId }: (typeof wanted)[number]): boolean =>
      kept.some((one) => !one.resolution && one.kind === kind && one.depositId === depositId)
    const opened = wanted
      .filter((item) => !isOpen(item))
      .map((item, place) => {
        const exceptionId = `exc_${kept.length + place}`
        this.tell(exceptionId, 'exception.opened')
        const paymentId = 'pay_1'
        return { ...item, exceptionId, paymentId, openedAt: this.now, resolution: undefined }
      })
    this.cases = [...kept, ...opened]
  }

  told(): Told {
    const { cases, events } = this
    const deposits = this.facts.parts.map(storyOf)
    return { cases, events, deposits, entries: [], toBookTime: (machine) => machine }
  }

  check(): void {
    const payment = paymentOf(this)
    const explained = explainPayment({ payment, ...this.told() })
    assert.equal(explained.state, statusWord('payment', payment.status))
    checkReason(explained, payment)
    checkTimeline(explained)
    for (const one of this.cases) {
      const { state, reason, timeline } = explainException({
        ...this.told(),
        case: one,
        refunds: [],
      })
      assert.equal(state, one.resolution === undefined ? 'open' : 'resolved')
      assert.equal(isWaiting(reason), state === 'open')
      checkTimeline({ timeline })
    }
  }
}

/** Time alone changes the standing too. */
class PassesAndTells extends Passes {
  override run(model: Model, real: Real): void {
    super.run(model, real)
    if (!(real instanceof Explained)) return
    real.sync()
    real.check()
  }
}

const ENDS: readonly string[] = ['confirmed', 'expired', 'failed']

// What has ended and is in order waits for nobody; everything else names who has to act.
function checkReason({ reason }: Explanation, { status, exception }: Payment): void {
  const hasEnded = ENDS.includes(status) && exception === 'none'
  assert.equal(isWaiting(reason), !hasEnded, `${status}/${exception}: ${reason.code}`)
  assert.ok(reason.code.length > 0 && /\.$/.test(reason.message), reason.message)
}

function checkTimeline({ timeline }: Pick<Explanation, 'timeline'>): void {
  const times = timeline.map((fact) => fact.at)
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  )
  for (const { reference } of timeline) {
    assert.match(reference.objectId ?? 'dep_', /^(dep|exc|pay)_/)
  }
}

function paymentOf({ facts, now }: Real): Payment {
  const { status, exception, dueAt } = judge(terms, facts, now)
  const parts = facts.parts.map((part): Part => ({ ...part, asset: realAsset(part.asset) }))
  const options = terms.options.map((option) => ({
    ...option,
    asset: realAsset(option.asset),
    address: '0x1',
    assetUsd: undefined,
  }))
  const details = { address: '0x1', txHash: '0x2', blockHeight: undefined }
  const nothing = { productName: undefined, description: undefined, customerId: undefined }
  const urls = { successUrl: undefined, cancelUrl: undefined, redirectUrl: undefined }
  return {
    ...{ paymentId: 'pay_1', face: 'payment', currency: 'USD', currencyUsd: undefined, options },
    ...{ ...nothing, ...urls, callbackUrl: undefined, sealedEmail: undefined, metadata: '{}' },
    ...{ price: { units: units(2_000n), decimals: 2 }, createdAt: 0, expiresAt: END },
    ...{ status, exception, dueAt, claimedAssets: [], facts: { ...facts, parts } },
    deposits: new Map(
      parts.map((part) => [
        part.depositId,
        { paymentId: 'pay_1', part, details, heldOwner: undefined },
      ]),
    ),
  }
}

const storyOf = (part: Part): DepositStory => ({
  depositId: part.depositId,
  asset: realAsset(part.asset),
  units: part.units,
  txHash: '0x2',
  seenAt: part.seenAt,
  entries: [],
  progress: {
    depositId: part.depositId,
    level: part.level,
    block: part.mined ? { height: 7, hash: '0x7' } : undefined,
    creditAt: 'final',
    toGo: part.mined ? 3 : undefined,
    problem: undefined,
    watchProblem: undefined,
  },
})

const amounts = fc.constantFrom(1n, 10n, 200n, 399n, 400n, 500n, 989n, 990n, 1_000n, 1_001n)

/** Seen to fail with exceptions explained as what is in order, and with the rules' own word. */
test('in every state that a payment reaches, it names that state and who has to act', () => {
  const commands = [
    fc.tuple(fc.constantFrom('tether', 'ether', 'other'), amounts).map((a) => new Arrives(...a)),
    fc.nat(20).map((pick) => new Climbs(pick)),
    fc.nat(20).map((pick) => new Climbs(pick)),
    fc.constantFrom(1, 300, 999, 1_000).map((ms) => new PassesAndTells(ms)),
    fc.tuple(fc.nat(9), fc.nat(9)).map(([pick, verb]) => new Decides(pick, verb, undefined)),
  ]
  fc.assert(
    fc.property(fc.commands(commands, { size: '+1' }), (plan) => {
      const model: Model = { deposits: new Map(), accepted: false, declined: false, touched: false }
      fc.modelRun(() => ({ model, real: new Explained() }), plan)
    }),
    { numRuns: 200 },
  )
})
