/** A mail as it was written: header names in lower case, and its text. */
export type PlainMessage = Readonly<{ headers: ReadonlyMap<string, string>; text: string }>

/**
 * Reads a message of one part of plain text, as our own mailer writes it: headers on folded lines,
 * the text as it is, in quoted-printable or in base64, UTF-8.
 *
 * @see RFC 5322 §2.2, RFC 2045 §6.7
 */
export function readPlainMessage(bytes: Buffer): PlainMessage {
  const source = bytes.toString('latin1')
  const end = source.search(/\r?\n\r?\n/)
  const head = (end < 0 ? source : source.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ')
  const body = end < 0 ? '' : source.slice(end).replace(/^\r?\n\r?\n/, '')
  const headers = new Map(
    head.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? '7bit'
  return { headers, text: decode(body, encoding).replace(/\r\n/g, '\n').trimEnd() }
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1').toString('utf8')
  const joined = body.replace(/=[ \t]*\r?\n/g, '')
  const raw = joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(raw, 'latin1').toString('utf8')
}
