import { define } from '../define.ts'

/** Refusals of `rates`. */
export const rateErrors = {}
