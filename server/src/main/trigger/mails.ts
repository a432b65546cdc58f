import { AppError } from '../../errors/app-error.ts'
import { objectsIn, textIn } from '../server/members.ts'
import type { Stage } from './stage.ts'

const LOOKS_MAX = 300
const LOOK_MS = 200

/** The code in the mail about a payout or a batch, when it has come. */
export async function codeOf({ server, sleep }: Stage, payoutId: string): Promise<string> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const mails = objectsIn((await server.get('/v1/sandbox/mails', { limit: 100 })).data)
    const mail = mails.find((one) => one['payout_id'] === payoutId)
    if (mail !== undefined) return textIn(mail, 'code')
    await sleep(LOOK_MS)
  }
  throw new AppError('cli.event_did_not_happen', { type: 'The mail with the code' })
}
