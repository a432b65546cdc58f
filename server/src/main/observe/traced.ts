import type { Signer } from '../../custody/signer.client.ts'
import type { Outbound } from '../../shell/outbound/outbound.client.ts'
import { inSpan, keptTrace } from '../../shell/telemetry/tracing.ts'

/** The same signer; what it is asked is part of the trace around it. It is told nothing of that. */
export function tracedSigner(signer: Signer): Signer {
  const ask = <Reply>(verb: string, question: () => Promise<Reply>): Promise<Reply> => {
    const attributes = { 'coffer.verb': verb }
    return inSpan({ name: `signer ${verb}`, kind: 'client', attributes }, question)
  }
  return {
    hello: () => ask('hello', signer.hello),
    xpub: (...given) => ask('xpub', () => signer.xpub(...given)),
    addresses: (...given) => ask('addresses', () => signer.addresses(...given)),
    sign: (...given) => ask('sign', () => signer.sign(...given)),
    signed: (...given) => ask('signed', () => signer.signed(...given)),
  }
}

/**
 * The same way out for deliveries; a traced one tells the receiver its place in the trace
 * (`traceparent`): two random numbers, and nothing else that anybody sent along.
 */
export const tracedDeliveries = (outbound: Outbound): Outbound => ({
  ...outbound,
  send: (request) =>
    inSpan({ name: 'webhook POST', kind: 'client' }, async (note) => {
      const traceparent = keptTrace()
      const headers = { ...request.headers, ...(traceparent && { traceparent }) }
      const outcome = await outbound.send({ ...request, headers })
      note(
        outcome.kind === 'answered'
          ? { 'http.response.status_code': outcome.status }
          : { 'error.type': outcome.failure },
      )
      return outcome
    }),
})
