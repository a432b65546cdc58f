import { existsSync } from 'node:fs'
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
import { EXIT, type Machine } from './cli/command.ts'
import type { SignerLogGiven } from './commands/signer.ts'
import type { Terminal } from './terminal.ts'

const pathsOf = ({ env }: Machine): SignerPaths => signerPaths(readConfig(env).dataDirectory)

/**
 * `coffer signer log`: what the signer did, read from its files, or the proof that it is whole.
 *
 * @returns 0; 3 where a line of the log was touched
 * @throws signer.log_missing
 */
export const signerLog = async (machine: Machine, given: SignerLogGiven): Promise<number> =>
  showLog(machine.terminal, pathsOf(machine), given)

/** `coffer signer policy`: what the signer may do. @throws the refusals of the file */
export const signerPolicy = (machine: Machine): Promise<number> =>
  showPolicy(machine.terminal, pathsOf(machine))

function showLog(terminal: Terminal, { log: file }: SignerPaths, shown: SignerLogGiven): number {
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
    return EXIT.found
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

/**
 * `coffer signer second-factor`: the secret lies in the keystore, and whoever shows it must be able
 * to open that.
 *
 * @throws signer.keystore_missing, and the refusals of the keystore
 */
export async function signerSecondFactor(machine: Machine): Promise<number> {
  const { terminal, env } = machine
  const paths = pathsOf(machine)
  const { keystore } = paths
  if (!existsSync(keystore)) throw new AppError('signer.keystore_missing', { keystore })
  const keyFile = env['COFFER_SIGNER_KEY_FILE'] ?? ''
  const given = readGivenSecret(env)
  const places = { ...paths, keyFile: keyFile === '' ? paths.keyFile : keyFile }
  const entropy = await openKeystoreFile({ ...places, given, now: Date.now() })
  const master = masterOf(entropy)
  terminal.line(enrolmentUri(secondFactorSecret(entropy), fingerprintOf(master.secp256k1)))
  entropy.fill(0)
  wipeMaster(master)
  return 0
}
