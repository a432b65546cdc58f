import { define } from '../define.ts'

/** Refusals of `tenancy`. */
export const tenancyErrors = {}
