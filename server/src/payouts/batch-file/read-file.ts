import { AppError } from '../../errors/app-error.ts'
import { readCsvRows } from './csv-rows.ts'
import type { PayoutFile } from './file-row.ts'
import { readPain001 } from './pain-001.ts'

/** Most bytes of a file: ten thousand transactions of ISO 20022, several times over. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024

/**
 * Reads a file of payouts, whichever of its formats it is in: XML begins with a tag.
 *
 * @param bytes UTF-8, with or without a byte order mark
 * @throws payouts.file_not_readable
 */
export function readPayoutFile(bytes: Uint8Array): PayoutFile {
  if (bytes.length > FILE_BYTES_MAX) throw unreadable('it is larger than 64 MiB')
  const text = decode(bytes)
  return text.trimStart().startsWith('<') ? readPain001(text.trimStart()) : readCsvRows(text)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const problem = 'it is not written in UTF-8'
    throw new AppError('payouts.file_not_readable', { problem }, { cause })
  }
}

const unreadable = (problem: string): AppError =>
  new AppError('payouts.file_not_readable', { problem })
