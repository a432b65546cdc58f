import type { HDKey } from '@scure/bip32'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { accountKey, ACCOUNT_MAX, fingerprintOf, pathFamilies } from './derivation.ts'

/** Raised when a client of an older one would misread the answers. */
export const PROTOCOL_VERSION = 1

const argumentsOf = {
  hello: z.strictObject({ op: z.literal('hello') }),
  xpub: z.strictObject({
    op: z.literal('xpub'),
    family: z.enum(pathFamilies),
    account: z.int().min(0).max(ACCOUNT_MAX),
  }),
} as const

const known = Object.keys(argumentsOf).join(', ')
const named = z.object({ op: z.string().max(64) })

/** What an operation answers: public things only. */
export type Answer =
  | Readonly<{ version: number; fingerprint: string }>
  | Readonly<{ path: string; xpub: string; fingerprint: string }>

/**
 * Answers one request, the text of a frame:
 *
 * - `{"op":"hello"}` → `{version, fingerprint}`: which seed this signer holds;
 * - `{"op":"xpub","family":"eip155","account":3}` → `{path, xpub, fingerprint}`.
 *
 * It signs nothing.
 *
 * @throws signer.operation_not_known, signer.request_not_readable
 */
export function answer(root: HDKey, text: string): Answer {
  const json = parseJson(text)
  const operation = parse(named, json).op
  const fingerprint = fingerprintOf(root)
  switch (operation) {
    case 'hello':
      parse(argumentsOf.hello, json)
      return { version: PROTOCOL_VERSION, fingerprint }
    case 'xpub': {
      const { family, account } = parse(argumentsOf.xpub, json)
      return { ...accountKey(root, family, account), fingerprint }
    }
    default:
      throw new AppError('signer.operation_not_known', { operation, known })
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
