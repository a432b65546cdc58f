import { define } from '../define.ts'

/** Refusals of `events`. */
export const eventErrors = {}
