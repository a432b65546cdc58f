import { intentToJson } from '../src/custody/outgoing/intent.ts'
import type { SendOutgoingCtx } from '../src/custody/outgoing/standing.ts'
import type { SigningRequest } from '../src/custody/signer.client.ts'
import { AppError } from '../src/errors/app-error.ts'
import type { Clock } from '../src/shell/clock.ts'
import { answer, type Answer } from '../src/signer/answer.ts'
import { codecFor } from '../src/signer/codecs.ts'
import { NO_LINE } from '../src/signer/log-line.ts'
import { noPolicy } from '../src/signer/policy.ts'
import { createSignedBefore } from '../src/signer/signed-before.ts'
import { codeSecret, signingMaster } from './signing-world.ts'

/**
 * The signer's own rules and memory without its process and its disk: it forgets nothing, whatever
 * becomes of a database.
 */
export function inProcessSigner(
  clock: Clock,
): Pick<SendOutgoingCtx, 'sign' | 'signedBefore'> & Readonly<{ signatures: () => number }> {
  let lines = 0
  const before = createSignedBefore()
  const log = {
    head: () => ({ ...NO_LINE, line: lines }),
    append: (facts: Parameters<typeof before.take>[0]['facts'], at: number) => {
      lines += 1
      return { line: lines, at, facts }
    },
    [Symbol.dispose]: () => undefined,
  }
  const parts = { master: signingMaster, policy: noPolicy, secondFactor: codeSecret }
  const ctx = { ...parts, log, before, codecFor, now: () => clock.now() }
  const ask = (request: object): Answer => {
    try {
      return answer(ctx, JSON.stringify(request))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      throw new AppError('signer.refused', { code: error.code, problem: error.message })
    }
  }
  let signatures = 0
  const sign = ({ intent, unsigned, code }: SigningRequest) => {
    const said: unknown = JSON.parse(intentToJson(intent))
    const hex = Buffer.from(unsigned).toString('hex')
    const given = ask({ op: 'sign', intent: said, unsigned: hex, code })
    if (!('signed' in given)) throw new Error('a signature is expected')
    signatures += 1
    const bytes = Uint8Array.from(Buffer.from(given.signed, 'hex'))
    return { chain: intent.chain, bytes, txHash: given.txHash }
  }
  return {
    sign: async (request) => Promise.resolve(sign(request)),
    signedBefore: async (intents) => {
      const told = ask({ op: 'signed', intents })
      return Promise.resolve('transactions' in told ? told.transactions : [])
    },
    signatures: () => signatures,
  }
}
