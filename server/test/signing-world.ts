import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Move, TxCodec, TxEffects } from '../src/chains/contract-sending.ts'
import { AppError } from '../src/errors/app-error.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { answer, type Answer } from '../src/signer/answer.ts'
import { deriveKey, usualPath } from '../src/signer/derived-key.ts'
import { firstLine, openLog, type SigningLog } from '../src/signer/log-file.action.ts'
import { masterOf, type Master } from '../src/signer/master.ts'
import { TREASURY } from '../src/chains/treasury-account.ts'
import { noPolicy, readPolicy } from '../src/signer/policy.ts'
import { secondFactorSecret } from '../src/signer/second-factor.ts'
import type { SigningCtx } from '../src/signer/sign-transaction.action.ts'
import { createSignedBefore, type SignedBefore } from '../src/signer/signed-before.ts'

const entropy = new Uint8Array(32).fill(7)

/** The keys of every signing world. */
export const signingMaster: Master = masterOf(entropy)

/** The secret of its second factor. */
export const codeSecret = secondFactorSecret(entropy)

/** A chain whose transactions have outputs and change, and its coin. */
export const BITCOIN = chainId('bip122:000000000019d6689c085ae165831e93')
/** The coin of `BITCOIN`. */
export const BTC = assetId(`${BITCOIN}/slip44:0`)

/** When the worlds begin. */
export const BEGAN = Date.parse('2026-11-20T12:00:00Z')

/** A key of ours: `account` of the book, or of its treasury from `TREASURY` on. */
export function ownKey(
  index: number,
  account = TREASURY,
): Readonly<{ path: string; address: string }> {
  const path = usualPath('bip122', account, index)
  return { path, address: deriveKey(signingMaster, { family: 'bip122', path }).address }
}

/** An address of somebody else, another for each name. */
export function stranger(name: string): string {
  const other = masterOf(createHash('sha256').update(name).digest())
  return deriveKey(other, { family: 'bip122', path: usualPath('bip122', 0, 0) }).address
}

/** A policy for Bitcoin alone. */
export const bitcoinPolicy = (
  rule: Readonly<Record<string, string>> = { perTransaction: '1', perDay: '3' },
  destinations: unknown = 'any',
): string =>
  JSON.stringify({
    version: 1,
    chains: {
      Bitcoin: {
        destinations,
        fee: { perTransaction: '0.001', perDay: '1' },
        assets: { BTC: rule },
      },
    },
  })

/** The effects of a transaction of one coin; `said` replaces any of them. */
export function effectsOf(
  moves: readonly Readonly<{ to: string; units: bigint | 'all' }>[],
  said: Partial<TxEffects> = {},
): TxEffects {
  return {
    moves: moves.map(({ to, units: paid }): Move => ({
      from: undefined,
      to,
      asset: BTC,
      units: paid === 'all' ? paid : units(paid),
    })),
    spenders: [ownKey(0).address],
    feePayer: undefined,
    feeMax: units(1_000n),
    slots: ['input:00:0'],
    besides: [],
    ...said,
  }
}

/** A chain whose bytes say what they do in words. */
export const plainCodec: TxCodec = {
  explain: (chain, bytes) => readPlain(chain, bytes),
  sign: (chain, bytes) => {
    readPlain(chain, bytes)
    return { chain, bytes, txHash: createHash('sha256').update(bytes).digest('hex') }
  },
  explainSigned: () => {
    throw new Error('nobody asks for that here')
  },
}

const AMOUNT = /^\d+n$/

/** The bytes of `plainCodec`. */
export const plainBytes = (effects: TxEffects): Buffer =>
  Buffer.from(
    JSON.stringify(effects, (_key, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    ),
  )

function readPlain(chain: string, bytes: Uint8Array): TxEffects {
  try {
    return JSON.parse(Buffer.from(bytes).toString(), (_key, value: unknown) =>
      typeof value === 'string' && AMOUNT.test(value) ? BigInt(value.slice(0, -1)) : value,
    )
  } catch {
    throw new AppError('chain.transaction_not_readable', { chain, problem: 'no plain words' })
  }
}

/** A request as it goes over the socket. */
export function signingRequest(
  effects: TxEffects,
  intent: Readonly<Record<string, unknown>> = {},
  code?: string,
): Readonly<Record<string, unknown>> {
  const payments = effects.moves.map(({ to, asset, units: paid }) => ({
    to,
    asset,
    units: `${paid}`,
  }))
  return {
    op: 'sign',
    intent: {
      id: 'po_1',
      kind: 'payout',
      chain: BITCOIN,
      keys: [ownKey(0)],
      payments,
      feeMax: `${effects.feeMax}`,
      ...intent,
    },
    unsigned: plainBytes(effects).toString('hex'),
    ...(code === undefined ? {} : { code }),
  }
}

/** A signer without its process: asked directly, killed by `restart`. */
export type SigningWorld = Disposable &
  Readonly<{
    file: string
    ask: (request: object) => Answer
    /** What the refusal's code is, or that it was signed. */
    outcome: (request: object) => string
    advance: (ms: number) => void
    now: () => number
    /** Forgets all but the log. */
    restart: () => void
  }>

/** Makes one. @param policy absent: none was written */
export function signingWorld(policy: string | undefined = bitcoinPolicy()): SigningWorld {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-signing-'))
  const file = join(directory, 'log.jsonl')
  let now = BEGAN
  writeFileSync(file, firstLine(now))
  const parts = {
    master: signingMaster,
    policy: policy === undefined ? noPolicy : readPolicy(policy, 'policy.json'),
    secondFactor: codeSecret,
    codecFor: () => plainCodec,
    now: () => now,
  }
  const open = (): SigningCtx & Readonly<{ before: SignedBefore; log: SigningLog }> => {
    const before = createSignedBefore()
    return { ...parts, before, log: openLog(file, { each: before.take, now }) }
  }
  let ctx = open()
  let isOpen = true
  const close = (): void => {
    if (isOpen) ctx.log[Symbol.dispose]()
    isOpen = false
  }
  const ask = (request: object): Answer => answer(ctx, JSON.stringify(request))
  return {
    file,
    ask,
    outcome: (request) => {
      try {
        ask(request)
        return 'signed'
      } catch (error) {
        if (error instanceof AppError) return error.code
        throw error
      }
    },
    advance: (ms) => void (now += ms),
    now: () => now,
    restart: () => {
      close()
      ctx = open()
      isOpen = true
    },
    [Symbol.dispose]: () => {
      close()
      rmSync(directory, { recursive: true })
    },
  }
}
