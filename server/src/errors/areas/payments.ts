import { define } from '../define.ts'

/** Refusals of `payments`. */
export const paymentErrors = {}
