/** How a mail server is reached. */
export type SmtpServer = Readonly<{
  host: string
  port: number
  user: string | undefined
  password: string | undefined
  /**
   * `implicit`: TLS from the first byte. `starttls`: nothing is said before the connection is
   * turned to TLS, and who cannot do that gets no mail. `none`: never, for this machine alone.
   */
  tls: 'implicit' | 'starttls' | 'none'
  /** Whether a certificate that nobody known vouches for is taken. */
  takesAnyCertificate: boolean
}>

/**
 * Reads `smtps://user:password@host:465` or `smtp://user:password@host:587`; `smtp` means STARTTLS.
 * `?allow=self_signed` takes any certificate, `?allow=plain` sends without TLS.
 *
 * @returns absent where the text is no such URL
 */
export function readSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.parse(text)
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') return undefined
  const allow = url.searchParams.get('allow')
  if (allow !== null && allow !== 'self_signed' && allow !== 'plain') return undefined
  const implicit = url.protocol === 'smtps:'
  if (implicit && allow === 'plain') return undefined
  const usualPort = implicit ? 465 : 587
  const [user, password] = [decoded(url.username), decoded(url.password)]
  if (user === null || password === null) return undefined
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usualPort : Number.parseInt(url.port, 10),
    user,
    password,
    tls: implicit ? 'implicit' : allow === 'plain' ? 'none' : 'starttls',
    takesAnyCertificate: allow === 'self_signed',
  }
}

/** Absent for nothing, null for a text with a `%` that stands for nothing. */
function decoded(text: string): string | null | undefined {
  if (text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
