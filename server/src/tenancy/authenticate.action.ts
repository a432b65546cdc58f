import { AppError } from '../errors/app-error.ts'
import type { Instant } from '../shell/clock.ts'
import { secretKeyIn } from './api-key.ts'
import type { Caller } from './caller-address.ts'
import type { Credentials, KeyState } from './credentials.ts'
import {
  checkSignature,
  type Signature,
  type SignatureCheck,
  type SignatureHeaders,
  type SignedParts,
} from './signing.ts'

/** Everything of a request that says who sent it. */
export type Presented = SignedParts &
  SignatureHeaders &
  Readonly<{
    /** The `Authorization` header; copies joined with commas. */
    authorization: string | undefined
    caller: Caller
    now: Instant
  }>

/**
 * Finds out who sent a request, and refuses in this order: the key, the caller's address, the way
 * it came, timestamp and signature, and a signature that was seen before.
 *
 * @throws tenancy.invalid_api_key, unauthorized_ip, https_required, signature_missing,
 *         timestamp_malformed, timestamp_in_seconds, timestamp_out_of_window, signature_invalid,
 *         request_replayed
 */
export async function authenticate(
  credentials: Credentials,
  presented: Presented,
): Promise<KeyState> {
  const secretKey = secretKeyIn(presented.authorization)
  const credential = secretKey === undefined ? undefined : await credentials.find(secretKey)
  if (credential === undefined) throw new AppError('tenancy.invalid_api_key', {})
  const check = checkSignature(presented, credential.hmacKey)
  // One question to the database per request: the key's present state, and is it the first time.
  const signature = signatureIn(check)
  const admission = await (signature === undefined || !presented.caller.safe
    ? credentials.admit(credential)
    : credentials.admit(credential, signature))
  if (admission === undefined) throw new AppError('tenancy.invalid_api_key', {})
  const { state, repeated } = admission
  const { address, safe } = presented.caller
  if (state.allowed !== undefined && !state.allowed(address)) {
    throw new AppError('tenancy.unauthorized_ip', { address: address ?? 'unknown' })
  }
  if (!safe) throw new AppError('tenancy.https_required', {})
  refuseUnverified(check, state)
  if (repeated) throw new AppError('tenancy.request_replayed', {})
  return state
}

const signatureIn = (check: SignatureCheck): Signature | undefined =>
  check.kind === 'verified' ? check.signature : undefined

function refuseUnverified(check: SignatureCheck, state: KeyState): void {
  switch (check.kind) {
    case 'verified':
      return
    case 'unsigned':
      if (!state.demandsSignedReads) return
      throw new AppError('tenancy.signature_missing', { header: 'X-Crytom-Signature' })
    case 'missing':
      throw new AppError('tenancy.signature_missing', { header: check.header })
    case 'timestamp_malformed':
      throw new AppError('tenancy.timestamp_malformed', {})
    case 'timestamp_in_seconds':
      throw new AppError('tenancy.timestamp_in_seconds', {})
    case 'timestamp_out_of_window':
      throw new AppError('tenancy.timestamp_out_of_window', { offMs: check.offMs })
    case 'signature_invalid':
      throw new AppError('tenancy.signature_invalid', {})
  }
}
