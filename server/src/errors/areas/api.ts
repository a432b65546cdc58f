import { define } from '../define.ts'

/** Refusals of `api`. */
export const apiErrors = {}
