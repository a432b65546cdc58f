import type { Route } from '../route.ts'
import { readBalance } from './balance.routes.ts'
import * as checkout from './checkout.routes.ts'
import * as conversions from './conversions.routes.ts'
import { listCurrencies, listCurrencyPairs } from './currencies.routes.ts'
import { getEvent, listEvents, resend } from './events.routes.ts'
import * as coldTransfers from './cold-transfers.routes.ts'
import * as coldWallets from './cold-wallets.routes.ts'
import * as confirmations from './confirmations.routes.ts'
import * as deliveries from './deliveries.routes.ts'
import * as explain from './explain.routes.ts'
import * as exceptions from './exceptions.routes.ts'
import * as invoices from './invoices.routes.ts'
import * as liquidity from './liquidity.routes.ts'
import * as massPayouts from './mass-payouts.routes.ts'
import * as payments from './payments.routes.ts'
import * as payouts from './payouts.routes.ts'
import * as payoutPolicy from './payout-policy.routes.ts'
import * as payoutVerification from './payout-verification.routes.ts'
import * as payoutFees from './payout-fees.routes.ts'
import { estimatePrice } from './prices.routes.ts'
import * as refunds from './refunds.routes.ts'
import * as resends from './resends.routes.ts'
import * as sandboxChains from './sandbox-chains.routes.ts'
import { sandboxMails } from './sandbox-mails.routes.ts'
import * as sandbox from './sandbox.routes.ts'
import * as sweeps from './sweeps.routes.ts'
import * as walletDeposits from './wallet-deposits.routes.ts'
import * as wallets from './wallets.routes.ts'
import * as webhookEndpoints from './webhook-endpoints.routes.ts'
import * as webhookKeys from './webhook-keys.routes.ts'
import { testWebhookEndpoint } from './test-events.routes.ts'
import { withdraw } from './withdraw.routes.ts'
import * as withdrawals from './withdrawals.routes.ts'

/** Every route of `/v1`: the API's table of contents. */
export const routes: readonly Route[] = [
  listCurrencies,
  listCurrencyPairs,
  readBalance,

  confirmations.listConfirmations,
  confirmations.changeConfirmations,
  payoutFees.readPayoutFees,
  payoutFees.changePayoutFees,
  coldWallets.readColdWallets,
  coldWallets.changeColdWallet,
  coldWallets.deleteColdWallet,

  checkout.createCheckoutSession,
  checkout.listCheckoutSessions,
  checkout.getCheckoutSession,
  checkout.verifyCheckoutSession,
  explain.explainCheckoutSession,

  invoices.createInvoice,
  invoices.listInvoices,
  invoices.getInvoice,
  explain.explainInvoice,

  payments.createPayment,
  payments.listAllPayments,
  payments.getPayment,
  explain.explainAPayment,

  wallets.listSupported,
  wallets.createWallet,
  wallets.listAllWallets,
  wallets.readAggregated,
  wallets.lookupWallet,
  wallets.getWallet,
  walletDeposits.listWalletTransactions,
  walletDeposits.recordDeposit,
  withdraw,

  payouts.createPayout,
  massPayouts.createMassPayout,
  payouts.listAllPayouts,
  payouts.getPayout,
  explain.explainAPayout,
  payouts.cancelPayout,

  conversions.createConversion,
  conversions.listAllConversions,
  conversions.getConversion,
  explain.explainAConversion,
  liquidity.listLiquidity,
  liquidity.changeLiquidity,
  liquidity.readConversionSettings,
  liquidity.changeConversionSettings,

  withdrawals.minimumAmount,
  withdrawals.estimateFee,
  estimatePrice,

  exceptions.listOpenExceptions,
  exceptions.getException,
  explain.explainAnException,
  exceptions.acceptException,
  exceptions.repriceException,
  exceptions.refundException,
  exceptions.creditException,
  exceptions.ignoreException,
  refunds.listAllRefunds,
  refunds.getRefund,
  explain.explainARefund,
  refunds.sendARefund,

  sweeps.planASweep,
  sweeps.createSweep,
  sweeps.listAllSweeps,
  sweeps.getSweep,
  coldTransfers.planColdTransfer,
  coldTransfers.createColdTransfer,
  coldTransfers.listAllColdTransfers,
  coldTransfers.getColdTransfer,
  coldTransfers.announceColdReturn,
  explain.explainASweep,

  payoutVerification.verifyPayout,
  payoutVerification.resendPayoutCode,
  payoutVerification.approvePayout,
  payoutVerification.rejectPayout,
  payoutPolicy.getPayoutPolicy,
  payoutPolicy.proposePayoutPolicy,
  payoutPolicy.approvePolicyChange,
  payoutPolicy.cancelPolicyChange,
  payoutPolicy.listPayoutDestinations,
  payoutPolicy.addPayoutDestination,
  payoutPolicy.removePayoutDestination,

  listEvents,
  getEvent,
  resend,

  webhookEndpoints.createWebhookEndpoint,
  webhookEndpoints.listWebhookEndpoints,
  webhookEndpoints.getWebhookEndpoint,
  webhookEndpoints.changeWebhookEndpoint,
  webhookEndpoints.deleteWebhookEndpoint,
  webhookEndpoints.rotateWebhookSecret,
  webhookKeys.listWebhookKeys,
  webhookKeys.rotateWebhookKeys,
  testWebhookEndpoint,
  deliveries.listEndpointDeliveries,
  deliveries.getDelivery,
  resends.createResend,
  resends.listAllResends,
  resends.getResend,
  resends.stopResend,
  deliveries.listAllDeliveries,

  sandbox.sandboxDeposits,
  sandbox.sandboxFunds,
  sandbox.sandboxPrices,
  sandbox.sandboxClock,
  sandboxMails,
  sandboxChains.sandboxMine,
  sandboxChains.sandboxReorg,
  sandboxChains.sandboxReplace,
  sandboxChains.sandboxBehaviour,
  sandboxChains.sandboxResume,
]
