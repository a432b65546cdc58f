import { define } from '../define.ts'

/** Refusals of `custody`. */
export const custodyErrors = {}
