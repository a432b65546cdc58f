import { EXIT_DOCS, type Command } from '../server/src/main/cli/command.ts'
import { docOf, usageOf, writtenAs } from '../server/src/main/cli/help.ts'
import { commands } from '../server/src/main/commands.ts'

/** `docs/cli.md`: every command as it is declared, which is also what help and completion read. */
export function cliPage(): string {
  return [
    '# The command line',
    '',
    ...INTRODUCTION,
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...Object.entries(EXIT_DOCS).map(([code, doc]) => `| ${code} | ${inCell(doc)} |`),
    '',
    '## Commands',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...commands.map(({ name, doc }) => {
      return `| [\`coffer ${name}\`](#coffer-${name.replaceAll(' ', '-')}) | ${inCell(doc)} |`
    }),
    ...commands.flatMap(sectionOf),
    '',
  ].join('\n')
}

const INTRODUCTION = [
  'In a checkout `coffer` is `npm run coffer --`, or `bin/coffer` on your path:',
  '',
  '```sh',
  'ln -s "$PWD/bin/coffer" ~/.local/bin/coffer',
  'source <(coffer completion bash)',
  '```',
  '',
  'Commands that speak to a server take its address and an API key from `COFFER_URL` and `COFFER_KEY`',
  '(or `--url` and `--key`). Where neither is set they use the sandbox that `coffer up` started in this',
  'directory, whose `.coffer/sandbox.json` has both. The other commands work on the database and the',
  'files of this machine, beside a running platform or without one.',
  '',
  'Results go to standard output, everything else to standard error. On a terminal there are tables,',
  'colours (not with `NO_COLOR`) and bars; in a pipe plain lines. `--json` shows what the API has, its',
  'numbers exactly as they were written. Control characters in texts from outside are never sent to the',
  'terminal. This page is generated from the code: `npm run docs` writes it anew.',
]

function sectionOf(command: Command): readonly string[] {
  const { name, doc, more, parameters, examples, exits = {} } = command
  const rows = parameters.map((one) => `| \`${writtenAs(one)}\` | ${inCell(docOf(one))} |`)
  const own = Object.entries(exits).map(([code, what]) => `Exit code ${code}: ${what}.`)
  const lines = examples.map(({ line, doc: what }) => `coffer ${line}  # ${what}`)
  return [
    '',
    `### coffer ${name}`,
    '',
    `${doc.charAt(0).toUpperCase()}${doc.slice(1)}.${more === undefined ? '' : ` ${more}`}`,
    '',
    '```text',
    usageOf(command),
    '```',
    ...(rows.length === 0 ? [] : ['', '| given | meaning |', '| --- | --- |', ...rows]),
    ...own.flatMap((line) => ['', line]),
    '',
    '```sh',
    ...lines,
    '```',
  ]
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
