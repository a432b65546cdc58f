import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { isJsonNumber, type JsonNumber } from './json-number.ts'

const documented = {
  type: ['string', 'number'],
  examples: ['250.5', 0.00000001],
}

/**
 * An amount in a request, as a JSON number read by `readJson` or as a string. It comes out as its
 * shortest exact decimal text (`250.50` as `250.5`, `1e-8` as `0.00000001`), ready for
 * `parseUnits` once the asset is known. Zero is allowed.
 */
export const amountSchema = z
  .unknown()
  .meta({ ...documented, description: 'A decimal number of 0 or more; as text or as a number.' })
  .transform((value, context) => readAmount(value, context))

/** The same above zero. */
export const positiveAmountSchema = z
  .unknown()
  .meta({ ...documented, description: 'A decimal number above 0; as text or as a number.' })
  .transform((value, context) => {
    const text = readAmount(value, context)
    if (text === '0') return refuse(context, 'It must be more than 0.')
    return text
  })

/**
 * An exact number in an answer: made by `exactNumber`, documented as a number. (JSON Schema has no
 * word for a custom check: convert with `unrepresentable: 'any'`, and `type` stands as given.)
 */
export const exactNumberSchema = z.custom<JsonNumber>(isJsonNumber).meta({ type: 'number' })

/** Bounds of a whole number, both included; 0 ≤ min ≤ max. */
export type Bounds = Readonly<{ min: number; max: number }>

/** A whole number in a JSON body, as a safe `number` within the bounds; `5.0` and `5e0` are 5. */
export const wholeNumberSchema = ({ min, max }: Bounds) =>
  z
    .unknown()
    .meta({ type: 'integer', minimum: min, maximum: max })
    .transform((value, context) => {
      const exact = isJsonNumber(value) ? exactText(value.text) : ''
      const text = typeof exact === 'string' ? exact : ''
      const whole = /^\d{1,15}$/.test(text) ? Number.parseInt(text, 10) : -1
      if (whole >= min && whole <= max) return whole
      return refuse(context, `It must be a whole number from ${min} to ${max}.`)
    })

type Context = z.core.$RefinementCtx<unknown>

function readAmount(value: unknown, context: Context): string {
  const text = isJsonNumber(value) ? value.text : value
  if (text === undefined) return refuse(context, 'It is required.')
  if (typeof text !== 'string') return refuse(context, 'It must be a decimal number or its text.')
  const exact = exactText(text)
  return exact instanceof AppError ? refuse(context, exact.message) : exact
}

function exactText(text: string): string | AppError {
  try {
    return formatDecimal(parseDecimal(text))
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function refuse(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}
