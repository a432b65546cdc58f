import { readFileSync } from 'node:fs'

/** A page of `docs/` that our server shows: its file's name without `.md`. */
export type Guide = Readonly<{ name: string; title: string; about: string }>

const DIRECTORY = new URL('../../../../docs/', import.meta.url)

const NAMES = [
  ['first-payment', 'From an empty machine to a paid checkout session'],
  ['webhooks', 'Receiving events: delivery, retries, signatures'],
  ['events', 'Every type of event, with its shape'],
  ['cli', 'The command line: listen, trigger, tail, export and the rest'],
  ['payouts', 'Sending money out, and where it stands'],
  ['payouts-approval', 'One-time codes, approvals, the payout policy'],
  ['batch-files', 'Paying CSV and pain.001 files of many rows'],
  ['conversions', 'Exchanging one asset for another'],
  ['rates', 'Where prices come from, and when there is none'],
  ['sweeps', 'Gathering deposits, the gas tank, the cold wallet'],
  ['sandbox', 'Playing everything a chain can do'],
  ['going-live', 'What to do before real money comes in'],
  ['keys', 'The signer, its keystore and policy; custody of deposits'],
  ['chains', 'Connecting real nodes'],
  ['operations', 'Running it: roles, containers, backups and the restore drill'],
  ['telemetry', 'Health, metrics and traces'],
  ['data-retention', 'What is kept of whom, where, and for how long'],
  ['threat-model', 'Who might attack, and what stops him'],
  ['configuration', 'Every setting'],
  ['errors', 'Every refusal, and what to do about it'],
] as const

/** The guides in the order of somebody who begins. */
export const guides: readonly Guide[] = NAMES.map(([name, about]) => ({
  name,
  about,
  title: /^# (.+)$/m.exec(markdownOf(name))?.[1] ?? name,
}))

/** A guide's text. */
export function markdownOf(name: string): string {
  return readFileSync(new URL(`${name}.md`, DIRECTORY), 'utf8')
}

/** Where a link of a guide leads on the server; its other pages, and the web. */
export function linkFrom(href: string): string | undefined {
  if (/^(https?:|#|\/)/.test(href)) return href
  const [, name, anchor = ''] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? []
  return NAMES.some(([known]) => known === name) ? `/docs/${name}${anchor}` : undefined
}

/**
 * What a language model, or whoever reads like one, needs to know of the documentation: a list of
 * pages as plain text.
 *
 * @see https://llmstxt.org, read 2026-11-21
 */
export const llmsText = (summary: string): string =>
  [
    '# Coffer',
    '',
    `> ${summary}`,
    '',
    'Every request is signed; every amount is exact decimal text or a number that is read digit by digit.',
    'Keys that begin with `sk_test_` work in a sandbox where everything can be played.',
    '',
    '## API',
    '',
    '- [OpenAPI 3.1 document](/openapi.json): every operation, shape, refusal and webhook',
    '- [Reference](/docs): the same as a page, with samples in curl, Node.js and Python',
    '',
    '## Guides',
    '',
    ...guides.map(({ name, title, about }) => `- [${title}](/docs/${name}.md): ${about}`),
    '',
  ].join('\n')
