import { z } from 'zod'
import type { BookId } from '../../src/shell/book.ts'

const BookRow = z.object({
  bookId: z.custom<BookId>((text) => typeof text === 'string'),
  orgId: z.string(),
  environment: z.enum(['live', 'test']),
  clockOffsetMs: z.number(),
})

/** What a worker's process is told at its start: where it works, on which books, and held where. */
export const Spec = z.object({
  outside: z.object({
    databaseUrl: z.string(),
    chainUrl: z.string(),
    nodes: z.string(),
    signerSocket: z.string(),
  }),
  /** Its clock, which moves only when it is told to. */
  now: z.number(),
  counted: z.enum(['every step', 'changes']),
  books: z.array(
    z.object({
      book: BookRow,
      /** Of the views that show its rows alone. */
      suffix: z.string(),
      /** What its client asks for first, again if it was asked for before. */
      orders: z.array(
        z.object({ name: z.string(), to: z.string(), currency: z.string(), amount: z.string() }),
      ),
      holdBefore: z.number().optional(),
    }),
  ),
})
/** What a worker's process is told at its start. */
export type Spec = z.infer<typeof Spec>

/**
 * What it is told then: to work until nothing is due, to go on where it is held, each with the
 * time that its clock shall show; to kill itself, or to end in order.
 */
export const Order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('work'), now: z.number() }),
  z.object({ kind: z.literal('resume'), now: z.number() }),
  z.object({ kind: z.literal('die') }),
  z.object({ kind: z.literal('leave') }),
])
/** What a worker's process is told. */
export type Order = z.infer<typeof Order>

/** What it answers to each order to work, book by book. */
export const Report = z.object({
  books: z.array(
    z.object({
      suffix: z.string(),
      /** How many steps it took or began. */
      steps: z.number(),
      /** The step before which it is held. */
      held: z.string().optional(),
    }),
  ),
})
/** What a worker's process answers. */
export type Report = z.infer<typeof Report>
