import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Client } from './api.ts'

const coins = {
  currency: z.string(),
  network: z.string(),
  asset: z.string(),
  amount: z.string(),
}

/** What tests look at of an answer's data, whichever object it is; members it lacks are empty. */
export const viewSchema = z.looseObject({
  id: z.string().default(''),
  status: z.string().default(''),
  exception: z.string().default(''),
  kind: z.string().default(''),
  resolution: z.string().nullable().default(null),
  amount_due: z.string().nullable().default(null),
  amount_received: z.string().default(''),
  expires_at: z.string().default(''),
  tx_hash: z.string().nullable().default(null),
  payment_id: z.string().nullable().default(null),
  payment_status: z.string().nullable().default(null),
  verbs: z.array(z.string()).default([]),
  addresses: z.record(z.string(), z.string()).default({}),
  payment_details: z
    .array(z.looseObject({ ...coins, address: z.string(), status: z.string() }))
    .default([]),
  coins: z.array(z.looseObject({ ...coins, tx_hash: z.string() })).default([]),
  refunds: z.array(z.looseObject({ ...coins, status: z.string() })).default([]),
  wallets: z.array(z.looseObject({ currency: z.string(), status: z.string() })).default([]),
})

/** An object as it was answered. */
export type View = z.output<typeof viewSchema>

const successSchema = z.looseObject({ data: z.unknown() })
const refusalSchema = z.looseObject({ error: z.string() })

/** Sends a request that must succeed, and gives its data. */
export async function dataOf(call: Client, target: string, body?: unknown): Promise<View> {
  return viewSchema.parse(await answerOf(call, target, body))
}

/** The same for a list. */
export async function listOf(call: Client, target: string): Promise<readonly View[]> {
  return z.array(viewSchema).parse(await answerOf(call, target))
}

async function answerOf(call: Client, target: string, body?: unknown): Promise<unknown> {
  const reply = await call(target, body === undefined ? {} : { body })
  assert.ok(reply.status < 300, `${target}: ${reply.status} ${reply.text}`)
  return successSchema.parse(reply.json).data
}

/** Sends a request that must be refused, and gives its status and code. */
export async function refusalOf(
  call: Client,
  target: string,
  body?: unknown,
): Promise<readonly [status: number, error: string]> {
  const reply = await call(target, body === undefined ? {} : { body })
  return [reply.status, refusalSchema.parse(reply.json).error]
}
