import { define } from '../define.ts'

/** Refusals of `chain`. */
export const chainErrors = {}
