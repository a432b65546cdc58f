import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { DATA_KEY_BYTES, wrappedKeySchema, type KeyWrapper } from './key-wrapper.ts'
import { openKeystore, sealKeystore, SEALING_BYTES, type Places } from './keystore.ts'
import { readForm } from './read-form.ts'

/** Form of the keystore file: a sealed keystore beside the wrapped key that opens it. */
const ENVELOPE_VERSION = 2

const envelopeSchema = z.strictObject({
  version: z.literal(ENVELOPE_VERSION),
  wrapped: wrappedKeySchema,
  keystore: z.looseObject({}),
})

const openedBy: Readonly<Record<KeyWrapper['by'], string>> = {
  key: 'a key (COFFER_SIGNER_KEY_FD, COFFER_SIGNER_KEY_FILE or COFFER_SIGNER_KEY)',
  passphrase: 'a passphrase (COFFER_SIGNER_PASSPHRASE_FD)',
}

/** The text of a keystore file: the entropy under a key of its own, and that key wrapped. */
export async function sealEnvelope(entropy: Uint8Array, wrapper: KeyWrapper): Promise<string> {
  const dataKey = randomBytes(DATA_KEY_BYTES)
  try {
    const wrapped = await wrapper.wrap(dataKey)
    const keystore: unknown = JSON.parse(sealKeystore(entropy, dataKey, randomBytes(SEALING_BYTES)))
    const file = { version: ENVELOPE_VERSION, wrapped, keystore }
    return `${JSON.stringify(file, undefined, 2)}\n`
  } finally {
    dataKey.fill(0)
  }
}

/**
 * Opens the text of a keystore file.
 *
 * @returns the entropy; whoever gets it wipes it
 * @throws signer.key_differs, signer.passphrase_differs, signer.key_of_another_kind,
 *   signer.keystore_damaged, signer.keystore_newer
 */
export async function openEnvelope(
  text: string,
  wrapper: KeyWrapper,
  places: Places,
): Promise<Buffer> {
  const { keystore } = places
  const form = { schema: envelopeSchema, version: ENVELOPE_VERSION }
  const envelope = readForm(text, keystore, form)
  if (envelope.wrapped.by !== wrapper.by) {
    const expected = openedBy[envelope.wrapped.by]
    throw new AppError('signer.key_of_another_kind', { keystore, expected })
  }
  const dataKey = await wrapper.unwrap(envelope.wrapped)
  if (dataKey === undefined) {
    throw wrapper.by === 'key'
      ? new AppError('signer.key_differs', { keystore, where: places.key })
      : new AppError('signer.passphrase_differs', { keystore })
  }
  try {
    return openKeystore(JSON.stringify(envelope.keystore), dataKey, places)
  } finally {
    dataKey.fill(0)
  }
}
