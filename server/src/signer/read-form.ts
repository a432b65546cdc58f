import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** What a text must be: JSON of this form, in this version of it. */
export type Form<Content> = Readonly<{ schema: z.ZodType<Content>; version: number }>

/**
 * Reads a text of ours that a signer keeps.
 *
 * @param keystore where it lies, for what is said when it cannot be read
 * @throws signer.keystore_damaged, signer.keystore_newer
 */
export function readForm<Content>(
  text: string,
  keystore: string,
  { schema, version: known }: Form<Content>,
): Content {
  const json = parseJson(text)
  const version = z.object({ version: z.number() }).safeParse(json)
  if (version.success && version.data.version > known) {
    throw new AppError('signer.keystore_newer', { keystore, found: version.data.version, known })
  }
  const form = schema.safeParse(json)
  if (form.success) return form.data
  throw new AppError('signer.keystore_damaged', { keystore, problem: 'it has not its own form' })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON has not the form of a keystore either: the schema says so.
    return undefined
  }
}
