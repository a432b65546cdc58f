import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Client } from './api.ts'

const nullable = z.string().nullable()

const explanationSchema = z.object({
  id: z.string(),
  state: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  waits_for: nullable,
  next_at: nullable,
  what_to_do: nullable,
  timeline: z.array(
    z.object({
      at: z.string(),
      kind: z.string(),
      source: z.string(),
      sentence: z.string(),
      reference: z.object({
        tx_hash: nullable,
        block: z.object({ height: z.int(), hash: z.string() }).nullable(),
        entry_id: nullable,
        event_id: nullable,
        object_id: nullable,
      }),
    }),
  ),
})

/** An explanation as it was answered. */
export type ExplanationView = z.output<typeof explanationSchema>

/** Asks why something stands where it stands; its timeline must be in order. */
export async function explanationOf(call: Client, path: string): Promise<ExplanationView> {
  const reply = await call(`${path}/explain`)
  assert.equal(reply.status, 200, reply.text)
  const { data } = z.object({ data: explanationSchema }).parse(reply.json)
  const times = data.timeline.map((fact) => fact.at)
  assert.deepEqual(times, times.toSorted(), 'a timeline is in order')
  return data
}

/** What happened, in the order told. */
export const kindsOf = ({ timeline }: ExplanationView): readonly string[] =>
  timeline.map((fact) => fact.kind)
