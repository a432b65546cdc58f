import { define } from '../define.ts'

/** Refusals of `signer/`, and of asking it. */
export const signerErrors = {
  'signer.operation_not_known': define<{ operation: string; known: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The signer does not do "${c.operation}". It does: ${c.known}.`,
  }),
  'signer.request_not_readable': define<{ problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The signer cannot read this request: ${c.problem}`,
  }),
  'signer.frame_too_long': define<{ bytesMax: number }>({
    status: 413,
    retry: 'changed',
    say: (c) => `A request to the signer is one line of at most ${c.bytesMax} bytes.`,
  }),
  'signer.key_missing': define<{ keystore: string; keyFile: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.keystore} is there, but not the key that opens it. Restore ${c.keyFile} or set COFFER_SIGNER_KEY; a new key would not open it.`,
  }),
  'signer.key_not_readable': define<{ where: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.where} does not hold a signer key: 64 hex digits are expected.`,
  }),
  'signer.key_differs': define<{ keystore: string; where: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The key in ${c.where} is not the one that sealed ${c.keystore}. Give the signer that one.`,
  }),
  'signer.keystore_damaged': define<{ keystore: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.keystore} is damaged (${c.problem}). Restore it from a backup; do not remove it, no other file has its seed.`,
  }),
  'signer.keystore_newer': define<{ keystore: string; found: number; known: number }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `${c.keystore} has the form ${c.found}, this Coffer knows ${c.known}. Start the newer Coffer that wrote it.`,
  }),
  'signer.already_running': define<{ socket: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `A signer answers on ${c.socket} already. Stop it first.`,
  }),
  'signer.directory_unsafe': define<{ directory: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The signer does not use ${c.directory}: ${c.problem}. Remove it, or give it to the signer's user alone.`,
  }),
  'signer.phrase_invalid': define<{ problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `This is no recovery phrase: ${c.problem}. 12, 15, 18, 21 or 24 English words of BIP-39 are expected on standard input.`,
  }),
  'signer.path_invalid': define<{ path: string; expected: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `No key is derived at "${c.path.slice(0, 80)}". Expected: ${c.expected}.`,
  }),
  'signer.option_invalid': define<{ option: string; expected: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.option} cannot be read like this. Expected: ${c.expected}.`,
  }),
  'signer.no_answer': define<{ socket: string; problem: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The signer at ${c.socket} does not answer (${c.problem}). Start it; nothing is lost meanwhile.`,
  }),
  'signer.refused': define<{ code: string; problem: string }>({
    status: 502,
    retry: 'never',
    say: (c) => `The signer refused (${c.code}): ${c.problem}`,
  }),
}
