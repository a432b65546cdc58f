import { readFileSync } from 'node:fs'
import type { GivenSecret } from './keystore-file.action.ts'

/** The variables through which a key or a passphrase is given; the first that is set counts. */
export const secretVariables = [
  'COFFER_SIGNER_PASSPHRASE_FD',
  'COFFER_SIGNER_KEY_FD',
  'COFFER_SIGNER_KEY',
] as const

/**
 * The key or passphrase that was given in the environment or on a descriptor, which is read to its
 * end; absent where neither was, and the key is in its file.
 */
export function readGivenSecret(
  env: Readonly<Record<string, string | undefined>>,
): GivenSecret | undefined {
  const where = secretVariables.find((name) => (env[name] ?? '') !== '')
  if (where === undefined) return undefined
  const value = env[where] ?? ''
  const text = where === 'COFFER_SIGNER_KEY' ? value : readFileSync(Number(value), 'utf8')
  return { by: where === 'COFFER_SIGNER_PASSPHRASE_FD' ? 'passphrase' : 'key', text, where }
}
