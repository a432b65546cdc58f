import { catalogue } from '../server/src/errors/catalogue.ts'
import { settings, signerSettings } from '../server/src/shell/config.ts'

const GENERATED = 'This page is generated from the code: `npm run docs` writes it anew.'

/** `docs/configuration.md`: every setting with its meaning and its default. */
export function configurationPage(): string {
  const declared = [...Object.values(settings), ...Object.values(signerSettings)]
  const rows = declared.map((one) => {
    const fallback = one.fallback === '' ? '(none)' : `\`${one.fallback}\``
    return `| \`${one.env}\` | ${fallback} | ${one.doc} |`
  })
  return [
    '# Configuration',
    '',
    `Settings are environment variables. ${GENERATED}`,
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** `docs/errors.md`: every code with its status, what to do about retrying, and its sentence. */
export function errorsPage(): string {
  const rows = Object.entries(catalogue)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { status, retry, say }]) => {
      return `| \`${code}\` | ${status} | ${retry} | ${sentenceOf(say)} |`
    })
  return [
    '# Errors',
    '',
    `Every refusal has one code. \`/v1\` shows the part after the dot as \`error\`. ${GENERATED}`,
    '',
    'Retry: `never` (the answer stays the same), `later` (send the same again after a while), `changed` (correct the request first).',
    '',
    '| code | status | retry | sentence |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** The sentence with the names of its facts in place of their values. */
function sentenceOf(say: (context: never) => string): string {
  const text = say.toString()
  const literal = /[`'"]([\s\S]*)[`'"]/.exec(text)?.[1] ?? ''
  return literal
    .replace(/\$\{(?:[^}]*?\bc\.)?(\w+)[^}]*\}/g, '‹$1›')
    .replaceAll('|', '\\|')
    .replace(/\s+/g, ' ')
}
