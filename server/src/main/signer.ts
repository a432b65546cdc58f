import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { AppError, isError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork, networkByChain } from '../money/registry.ts'
import { readConfig } from '../shell/config.ts'
import { fingerprintOf } from '../signer/derivation.ts'
import { readGivenSecret } from '../signer/given-secret.action.ts'
import { openKeystoreFile, readIfThere } from '../signer/keystore-file.action.ts'
import { verifyLog } from '../signer/log-file.action.ts'
import type { LogLine } from '../signer/log-line.ts'
import { masterOf, wipeMaster } from '../signer/master.ts'
import { signerPaths, type SignerPaths } from '../signer/paths.ts'
import { readPolicy } from '../signer/policy.ts'
import { secondFactorSecret } from '../signer/second-factor.ts'
import { enrolmentUri } from '../totp/totp.ts'
import type { Terminal } from './terminal.ts'

const DAMAGED = 3

const options = { verify: { type: 'boolean' }, json: { type: 'boolean' } } as const

/**
 * `coffer signer log [--verify] [--json]`, `coffer signer policy`, `coffer signer second-factor`:
 * what the signer did and may do, read from its files.
 *
 * @returns 0; 3 where a line of the log was touched
 * @throws signer.option_invalid, and the refusals of the files
 */
export async function signer(
  terminal: Terminal,
  _stop: Promise<unknown>,
  args: readonly string[],
): Promise<number> {
  const { values, positionals } = readOptions(args)
  const paths = signerPaths(readConfig(process.env).dataDirectory)
  const [name, ...others] = positionals
  if (others.length > 0) throw unreadable()
  switch (name) {
    case 'log':
      return showLog(terminal, paths, {
        verify: values.verify === true,
        json: values.json === true,
      })
    case 'policy':
      return showPolicy(terminal, paths)
    case 'second-factor':
      return showSecondFactor(terminal, paths)
    default:
      throw unreadable()
  }
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause?: unknown): AppError =>
  new AppError(
    'signer.option_invalid',
    { option: 'signer', expected: 'log [--verify] [--json], policy or second-factor' },
    { cause },
  )

type Shown = Readonly<{ verify: boolean; json: boolean }>

function showLog(terminal: Terminal, { log: file }: SignerPaths, shown: Shown): number {
  if (!existsSync(file)) throw new AppError('signer.log_missing', { file })
  const say = (text: string, json: object): void =>
    terminal.line(shown.json ? JSON.stringify(json) : text)
  try {
    const { head, isCut } = verifyLog(file, (line, text) => {
      if (!shown.verify) terminal.line(shown.json ? text : sentence(line))
    })
    const rest = isCut ? '; behind it the beginning of a line that was never finished' : ''
    const verdict = `${head.line} lines, every hash fits. Head: ${head.hash}${rest}`
    if (shown.verify || !shown.json) say(verdict, { ...head, isWhole: true, isCut })
    return 0
  } catch (error) {
    if (!isError(error, 'signer.log_damaged')) throw error
    say(error.message, { isWhole: false, ...error.context })
    return DAMAGED
  }
}

function sentence({ line, at, facts }: LogLine): string {
  const begin = `${line}  ${new Date(at).toISOString()}  ${facts.kind}`
  switch (facts.kind) {
    case 'begun':
      return `${begin}${facts.waits ? ': the log before it was lost' : ''}`
    case 'started':
      return `${begin}  seed ${facts.seed}, policy ${facts.policy ?? 'none'}`
    case 'refused':
      return `${begin}  ${facts.intent}: ${facts.code}`
    case 'wrong_code':
      return `${begin}  ${facts.intent}`
    case 'signed': {
      const chain = networkByChain(facts.chain)?.name ?? facts.chain
      const paid = facts.payments.map(({ units, asset, to }) => `${units} ${asset} to ${to}`)
      if (facts.setup !== undefined) paid.push(`what sweeps to ${facts.setup} need`)
      return `${begin}  ${facts.intent} on ${chain} (${facts.scope}): ${paid.join(', ')}; ${facts.txHash}`
    }
  }
}

async function showPolicy(terminal: Terminal, { policy: file }: SignerPaths): Promise<number> {
  const text = await readIfThere(file)
  if (text === undefined) {
    terminal.line(`There is no ${file}: the signer signs for test chains only.`)
    return 0
  }
  const { chains } = readPolicy(text, file)
  const rows = [...chains.values()].flatMap(({ scope, destinations, assets }) =>
    [...assets].map(([asset, rule]) => {
      const { code, decimals, chain } = knownAsset(asset)
      const { codeAbove } = rule
      return [
        knownNetwork(chain).name,
        code,
        formatUnits(rule.perTransaction, decimals),
        formatUnits(rule.perDay, decimals),
        codeAbove === undefined ? '-' : formatUnits(codeAbove, decimals),
        destinations === 'any' ? 'any' : `${destinations.size} listed`,
        scope,
      ]
    }),
  )
  const header = ['network', 'asset', 'a transaction', 'a day', 'code above', 'destinations', 'id']
  terminal.table(header, rows)
  return 0
}

/** The secret lies in the keystore, and whoever shows it must be able to open that. */
async function showSecondFactor(terminal: Terminal, paths: SignerPaths): Promise<number> {
  const { keystore } = paths
  if (!existsSync(keystore)) throw new AppError('signer.keystore_missing', { keystore })
  const keyFile = process.env['COFFER_SIGNER_KEY_FILE'] ?? ''
  const given = readGivenSecret(process.env)
  const places = { ...paths, keyFile: keyFile === '' ? paths.keyFile : keyFile }
  const entropy = await openKeystoreFile({ ...places, given, now: Date.now() })
  const master = masterOf(entropy)
  terminal.line(enrolmentUri(secondFactorSecret(entropy), fingerprintOf(master.secp256k1)))
  entropy.fill(0)
  wipeMaster(master)
  return 0
}
