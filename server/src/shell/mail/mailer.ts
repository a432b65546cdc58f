/** A mail in plain text. */
export type Mail = Readonly<{
  /** One address. */
  to: string
  subject: string
  text: string
}>

/** Headers that say what a mail of a sandbox is about. */
export const BOOK_HEADER = 'X-Coffer-Book'

/** The payout or batch that a mail is about. */
export const OBJECT_HEADER = 'X-Coffer-Object'

/** Where mail goes. */
export type Mailer = Readonly<{
  /** @returns `sent` when a server has taken it; else why not, in one line without its text */
  send: (
    mail: Mail,
    headers: Readonly<Record<string, string>>,
  ) => Promise<'sent' | Readonly<{ problem: string }>>
}>

/** How a mail stands. `problem`: what the server said when it last refused. */
export type MailStanding = Readonly<{
  state: 'waiting' | 'sent' | 'failed'
  problem: string | undefined
}>

/** The ways out: sandboxes' mail never goes where live mail goes. */
export type Mailers = Readonly<{ live: Mailer | undefined; test: Mailer }>
