import { define } from '../define.ts'

/** Refusals of `sandbox`. */
export const sandboxErrors = {}
