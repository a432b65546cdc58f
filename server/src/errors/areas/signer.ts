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
  'signer.passphrase_too_short': define<{ where: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.where} holds no passphrase: one line of at least 12 characters is expected.`,
  }),
  'signer.passphrase_differs': define<{ keystore: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `This passphrase does not open ${c.keystore}. Give the signer the one with which it was made.`,
  }),
  'signer.key_of_another_kind': define<{ keystore: string; expected: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.keystore} is opened by ${c.expected}. Give the signer that, and nothing else.`,
  }),
  'signer.address_differs': define<{ path: string; address: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The key at ${c.path} is not that of ${c.address}.`,
  }),
  'signer.intent_differs': define<{ intent: string; problem: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The bytes do not do what the intent ${c.intent} says: ${c.problem}.`,
  }),
  'signer.intent_expired': define<{ intent: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The intent ${c.intent} was to be signed earlier. Make a new one.`,
  }),
  'signer.intent_reused': define<{ intent: string }>({
    status: 409,
    retry: 'never',
    say: (c) =>
      `The intent ${c.intent} was signed before, for other payments or so that both could be mined.`,
  }),
  'signer.payment_reused': define<{ payment: string; intent: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The payment ${c.payment} was signed before, under the intent ${c.intent}.`,
  }),
  'signer.not_allowed': define<{ what: string; problem: string }>({
    status: 403,
    retry: 'never',
    say: (c) => `The signer does not sign for ${c.what}: ${c.problem}.`,
  }),
  'signer.destination_not_listed': define<{ address: string }>({
    status: 403,
    retry: 'never',
    say: (c) => `The signer's policy does not list ${c.address} as a destination.`,
  }),
  'signer.cap_exceeded': define<{ what: string; wanted: string; cap: string; window: string }>({
    status: 403,
    retry: 'later',
    say: (c) =>
      `The signer's cap for ${c.what} is ${c.cap} a ${c.window}; with this it would be ${c.wanted}.`,
  }),
  'signer.code_needed': define<{ intent: string }>({
    status: 403,
    retry: 'changed',
    say: (c) => `The intent ${c.intent} needs the second factor: six digits as \`code\`.`,
  }),
  'signer.code_wrong': define<{ intent: string }>({
    status: 403,
    retry: 'changed',
    say: (c) => `The code for ${c.intent} is wrong, or was used before. Wait for the next one.`,
  }),
  'signer.code_locked': define<object>({
    status: 429,
    retry: 'later',
    say: () => 'Too many wrong codes: for an hour no code is looked at.',
  }),
  'signer.log_damaged': define<{ file: string; line: number; problem: string }>({
    status: 500,
    retry: 'never',
    say: (c) =>
      `${c.file} is damaged at line ${c.line}: ${c.problem}. Keep a copy and find out who touched it. Restore it from a backup, or move it away: a signer without its log signs nothing of value for a day.`,
  }),
  'signer.log_missing': define<{ file: string }>({
    status: 404,
    retry: 'changed',
    say: (c) => `There is no log at ${c.file}. COFFER_DATA names the directory that it is in.`,
  }),
  'signer.keystore_missing': define<{ keystore: string }>({
    status: 404,
    retry: 'changed',
    say: (c) => `There is no keystore at ${c.keystore}. The signer makes one at its first start.`,
  }),
  'signer.log_waiting': define<{ until: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The signer's log was lost, so nobody knows what was signed today. It signs again after ${c.until}.`,
  }),
  'signer.policy_invalid': define<{ file: string; problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `${c.file} is not a policy: ${c.problem}`,
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
