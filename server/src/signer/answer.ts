import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { accountKey, ACCOUNT_MAX, fingerprintOf, pathFamilies } from './derivation.ts'
import { poolFamilies, poolOf, POOL_COUNT_MAX, type PoolKey } from './address-pool.ts'
import { intentId, signSchema } from './intent.ts'
import type { LogHead } from './log-line.ts'
import { refusalOf } from './refusal.ts'
import { signTransaction, type Signature, type SigningCtx } from './sign-transaction.action.ts'
import type { SignedTransaction } from './signed-before.ts'

/** Raised when a client of an older one would misread the answers. */
export const PROTOCOL_VERSION = 1

/** Intents that may be asked for at once. */
const SIGNED_MAX = 20

const argumentsOf = {
  hello: z.strictObject({ op: z.literal('hello') }),
  xpub: z.strictObject({
    op: z.literal('xpub'),
    family: z.enum(pathFamilies),
    account: z.int().min(0).max(ACCOUNT_MAX),
  }),
  addresses: z.strictObject({
    op: z.literal('addresses'),
    family: z.enum(poolFamilies),
    account: z.int().min(0).max(ACCOUNT_MAX),
    from: z.int().min(0).max(ACCOUNT_MAX),
    count: z.int().min(1).max(POOL_COUNT_MAX),
  }),
  sign: signSchema,
  signed: z.strictObject({
    op: z.literal('signed'),
    intents: z.array(intentId).min(1).max(SIGNED_MAX),
  }),
} as const

const known = Object.keys(argumentsOf).join(', ')
const named = z.object({ op: z.string().max(64) })

/** What an operation answers: public things, and signatures. */
export type Answer =
  | Readonly<{ version: number; fingerprint: string; log: LogHead }>
  | Readonly<{ path: string; xpub: string; fingerprint: string }>
  | Readonly<{ addresses: readonly PoolKey[]; fingerprint: string }>
  | Readonly<{ transactions: readonly (SignedTransaction & Readonly<{ intent: string }>)[] }>
  | Signature

/**
 * Answers one request, the text of a frame:
 *
 * - `{"op":"hello"}` → `{version, fingerprint, log}`: which seed this signer holds, and how long
 *   its log is;
 * - `{"op":"xpub","family":"eip155","account":3}` → `{path, xpub, fingerprint}`;
 * - `{"op":"addresses","family":"solana","account":3,"from":0,"count":100}` →
 *   `{addresses: [{path, publicKey, address}], fingerprint}`;
 * - `{"op":"sign","intent":{…},"unsigned":"…"}` → `{signed, txHash, log}`;
 * - `{"op":"signed","intents":["out_1"]}` → `{transactions: [{intent, txHash, slots, payments}]}`: what the
 *   log says was signed for them, for whoever lost his own memory of it.
 *
 * @throws signer.operation_not_known, signer.request_not_readable, and what `signTransaction` throws
 */
export function answer(ctx: SigningCtx, text: string): Answer {
  const json = parseJson(text)
  const operation = parse(named, json).op
  const root = ctx.master.secp256k1
  const fingerprint = fingerprintOf(root)
  switch (operation) {
    case 'hello':
      parse(argumentsOf.hello, json)
      return { version: PROTOCOL_VERSION, fingerprint, log: ctx.log.head() }
    case 'xpub': {
      const { family, account } = parse(argumentsOf.xpub, json)
      return { ...accountKey(root, family, account), fingerprint }
    }
    case 'addresses':
      return { addresses: poolOf(ctx.master, parse(argumentsOf.addresses, json)), fingerprint }
    case 'sign':
      return sign(ctx, json)
    case 'signed':
      return { transactions: parse(argumentsOf.signed, json).intents.flatMap(signedFor(ctx)) }
    default:
      throw new AppError('signer.operation_not_known', { operation, known })
  }
}

const signedFor =
  ({ before }: SigningCtx) =>
  (intent: string): readonly (SignedTransaction & Readonly<{ intent: string }>)[] =>
    (before.intent(intent)?.transactions ?? []).map((one) => ({ intent, ...one }))

/** Signs, or writes down that it refused: who asks for what he must not have is worth knowing. */
function sign(ctx: SigningCtx, json: unknown): Signature {
  const request = parse(argumentsOf.sign, json)
  try {
    return signTransaction(ctx, request)
  } catch (error) {
    const now = Math.max(ctx.now(), ctx.before.newestAt())
    const refusal = refusalOf(error)
    if (refusal !== undefined && ctx.before.mayLogRefusal(now)) {
      const facts = { kind: 'refused', intent: request.intent.id, code: refusal.code } as const
      ctx.before.take(ctx.log.append(facts, now))
    }
    throw error
  }
}

function parse<Value>(schema: z.ZodType<Value>, json: unknown): Value {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues
    .map((issue) => `${issue.path.join('.')} ${issue.message}`.trim())
    .join('; ')
  throw new AppError('signer.request_not_readable', { problem })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('signer.request_not_readable', { problem: 'it is no JSON' }, { cause })
  }
}
