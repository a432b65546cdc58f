import type { Command } from './cli/command.ts'
import { backup, restore, verifyRestore } from './commands/backup.ts'
import { completionOf } from './commands/completion.ts'
import { eventsGet, eventsResend, eventsTail, listen, trigger } from './commands/events.ts'
import { exporting } from './commands/export.ts'
import {
  keysCreate,
  keysIps,
  keysList,
  keysRevoke,
  organizationsCreate,
  organizationsList,
} from './commands/keys.ts'
import {
  balance,
  paymentsCreate,
  paymentsGet,
  paymentsList,
  payoutsCreate,
  payoutsGet,
  payoutsList,
  walletsCreate,
  walletsGet,
  walletsList,
} from './commands/objects.ts'
import { payoutsCheck, payoutsRun } from './commands/payout-files.ts'
import { demo, halts, totp, up, verify, version } from './commands/platform.ts'
import {
  derive,
  signerLog,
  signerPolicy,
  signerRun,
  signerSecondFactor,
} from './commands/signer.ts'

/** Every command of `coffer`, in the order in which help lists them. */
export const commands: readonly Command[] = [
  up,
  demo,
  verify,
  backup,
  restore,
  verifyRestore,
  listen,
  trigger,
  eventsTail,
  eventsGet,
  eventsResend,
  balance,
  paymentsList,
  paymentsGet,
  paymentsCreate,
  walletsList,
  walletsGet,
  walletsCreate,
  payoutsList,
  payoutsGet,
  payoutsCreate,
  payoutsCheck,
  payoutsRun,
  exporting,
  organizationsCreate,
  organizationsList,
  keysCreate,
  keysList,
  keysRevoke,
  keysIps,
  totp,
  halts,
  signerRun,
  signerLog,
  signerPolicy,
  signerSecondFactor,
  derive,
  version,
  completionOf(() => commands),
]
