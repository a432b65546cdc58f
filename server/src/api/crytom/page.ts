import { z } from 'zod'
import type { Pagination } from '../route.ts'

const LIMIT_MAX = 100
const PAGE_MAX = 1_000_000

type Bounds = Readonly<{ min: number; max: number; fallback: number; description: string }>

/** A whole number in a query, where everything is text. */
export const queryNumber = ({ min, max, fallback, description }: Bounds) =>
  z
    .string()
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback, description })
    .transform((text, context) => {
      const whole = /^\d{1,15}$/.test(text) ? Number.parseInt(text, 10) : -1
      if (whole >= min && whole <= max) return whole
      context.addIssue({
        code: 'custom',
        message: `It must be a whole number from ${min} to ${max}.`,
      })
      return z.NEVER
    })
    .default(fallback)

/** The members of a list's query; spread them into its strict object beside its own filters. */
export const pageQuery = {
  page: queryNumber({ min: 1, max: PAGE_MAX, fallback: 1, description: 'From 1.' }),
  limit: queryNumber({ min: 1, max: LIMIT_MAX, fallback: 20, description: 'Objects on a page.' }),
  cursor: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('`next_cursor` of the page before, in place of `page`: as quick at any depth.'),
}

/** Which part of a list is asked for. */
export type Page = Readonly<{ page: number; limit: number; cursor?: string | undefined }>

/** The place of an answer in its list. @param total over all pages */
export const pagination = (
  page: Page,
  total: number,
  nextCursor?: string | undefined,
): Pagination => ({ page: page.page, limit: page.limit, total, next_cursor: nextCursor })
