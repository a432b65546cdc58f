import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What the log's last line is: its number, from 1 on, and its hash. */
export type LogHead = Readonly<{ line: number; hash: string }>

/** Before the first line. */
export const NO_LINE: LogHead = { line: 0, hash: '0'.repeat(64) }

const units = z.string().regex(/^\d+$/)

const facts = z.discriminatedUnion('kind', [
  /** The first line. `waits`: the log before it was lost. */
  z.strictObject({ kind: z.literal('begun'), waits: z.boolean() }),
  /** Which seed and policy (its SHA-256) the lines that follow stand under. */
  z.strictObject({
    kind: z.literal('started'),
    seed: z.string(),
    policy: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('signed'),
    intent: z.string(),
    purpose: z.string(),
    chain: z.string(),
    scope: z.string(),
    /** SHA-256 over what is paid: the same intent is signed again for the same payments only. */
    meaning: z.string(),
    keys: z.array(z.string()),
    payments: z.array(
      z.strictObject({
        to: z.string(),
        asset: z.string(),
        units: z.union([units, z.literal('all')]),
        path: z.string().optional(),
        name: z.string().optional(),
      }),
    ),
    change: z.string().optional(),
    /** The path of the address for whose sweeps something was put in place. */
    setup: z.string().optional(),
    feeMax: units,
    slots: z.array(z.string()),
    txHash: z.string(),
    counts: z.array(z.strictObject({ name: z.string(), units })),
    /** The time step of the code that was given, where one was needed. */
    codeStep: z.int().optional(),
  }),
  z.strictObject({ kind: z.literal('refused'), intent: z.string(), code: z.string() }),
  z.strictObject({ kind: z.literal('wrong_code'), intent: z.string() }),
])

/** What a line says, beside its place and its time. */
export type LogFacts = z.infer<typeof facts>

/** A line that was read. `at` is epoch ms. */
export type LogLine = Readonly<{ line: number; at: number; facts: LogFacts }>

const TAIL = /,"hash":"([0-9a-f]{64})"\}$/
const frame = z.looseObject({ line: z.int(), at: z.iso.datetime(), previous: z.string() })

/** Writes the line after `head`, without a newline: JSON whose hash covers all before it. */
export function writeLine(
  head: LogHead,
  said: LogFacts,
  at: number,
): Readonly<{ text: string; head: LogHead }> {
  const line = head.line + 1
  const body = { line, at: new Date(at).toISOString(), ...said, previous: head.hash }
  const open = JSON.stringify(body).slice(0, -1)
  const hash = hashOf(open)
  return { text: `${open},"hash":"${hash}"}`, head: { line, hash } }
}

/**
 * Reads the line after `head`.
 * @returns what is wrong with it as a text, for a line that was touched
 */
export function readLine(
  head: LogHead,
  text: string,
): Readonly<{ line: LogLine; head: LogHead }> | string {
  const hash = TAIL.exec(text)?.[1]
  if (hash === undefined) return 'it has not the form of a line'
  if (hashOf(text.replace(TAIL, '')) !== hash) return 'its hash is not that of its text'
  const { line, at, previous, hash: _hash, ...rest } = frame.parse(JSON.parse(text))
  if (previous !== head.hash) return 'it does not follow the line before it'
  if (line !== head.line + 1) return `it has the number ${line}`
  const said = facts.safeParse(rest)
  if (!said.success) return 'it says nothing that this Coffer knows'
  return { line: { line, at: Date.parse(at), facts: said.data }, head: { line, hash } }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
