import { define } from '../define.ts'

/** Refusals of the command line where it speaks to a server. */
export const cliErrors = {
  'cli.no_key': define<{ file: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `No API key is given. Set COFFER_KEY (and COFFER_URL), or start "coffer up" here, which writes one for its sandbox to ${c.file}.`,
  }),
  'cli.key_or_url_unusable': define<{ problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `The API key or the URL cannot be used: ${c.problem}`,
  }),
  'cli.server_away': define<{ url: string; problem: string }>({
    status: 503,
    retry: 'later',
    say: (c) => `${c.url} does not answer (${c.problem}). Is it up, and is the URL right?`,
  }),
  'cli.server_refused': define<{
    status: number
    error: string
    message: string
    requestId: string | undefined
  }>({
    status: 502,
    retry: 'changed',
    say: (c) =>
      `The server answered ${c.status} ${c.error}${c.requestId === undefined ? '' : ` to ${c.requestId}`}: ${c.message}`,
  }),
  'cli.event_did_not_happen': define<{ type: string }>({
    status: 504,
    retry: 'later',
    say: (c) =>
      `${c.type} did not happen in two minutes. Is a worker running, and does the sandbox mine?`,
  }),
  'cli.play_needs_test_key': define({
    status: 403,
    retry: 'changed',
    say: () => 'This plays with the sandbox and needs a test key (sk_test_…).',
  }),
}
