import { define } from '../define.ts'

/** Refusals of `signer`. */
export const signerErrors = {}
