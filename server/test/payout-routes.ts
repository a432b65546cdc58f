import { readBalance } from '../src/api/crytom/balance.routes.ts'
import * as coldTransfers from '../src/api/crytom/cold-transfers.routes.ts'
import * as coldWallets from '../src/api/crytom/cold-wallets.routes.ts'
import { createMassPayout } from '../src/api/crytom/mass-payouts.routes.ts'
import * as policy from '../src/api/crytom/payout-policy.routes.ts'
import * as verification from '../src/api/crytom/payout-verification.routes.ts'
import * as payouts from '../src/api/crytom/payouts.routes.ts'
import * as refunds from '../src/api/crytom/refunds.routes.ts'
import { sandboxMails } from '../src/api/crytom/sandbox-mails.routes.ts'
import { withdraw } from '../src/api/crytom/withdraw.routes.ts'

/** The routes of what goes out, and of what stands before it. */
export const payoutRoutes = [
  payouts.createPayout,
  createMassPayout,
  payouts.listAllPayouts,
  payouts.getPayout,
  payouts.cancelPayout,
  ...Object.values(verification),
  ...Object.values(policy),
  sandboxMails,
  withdraw,
  refunds.listAllRefunds,
  refunds.getRefund,
  refunds.sendARefund,
  readBalance,
  ...Object.values(coldWallets),
  ...Object.values(coldTransfers),
]
