import { define } from '../define.ts'

/** Refusals of what stands between a payout and its sending: codes, approvals, the policy. */
export const payoutPolicyErrors = {
  'payouts.otp_has_no_way': define({
    status: 409,
    retry: 'changed',
    say: () =>
      'This payout needs a one-time code, and there is no way to send one: set COFFER_SMTP_URL and an owner with an e-mail address, or enrol an authenticator with `coffer totp`.',
  }),
  'payouts.otp_needed': define({
    status: 400,
    retry: 'changed',
    say: () => 'Send `otp_code` from the mail, or `totp_code` from the authenticator.',
  }),
  'payouts.one_code_at_a_time': define({
    status: 400,
    retry: 'changed',
    say: () => 'Send one of `otp_code`, `totp_code` and `signer_code`: each is for another step.',
  }),
  'payouts.part_of_batch': define<{ id: string; batchId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `${c.id} is part of ${c.batchId} and goes with all of it. Approve or reject ${c.batchId}; GET /v1/payouts?batch_id=${c.batchId} lists its payouts.`,
  }),
  'payouts.otp_wrong': define<{ left: number }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The code does not fit. Tries left: ${c.left}; then the payout is canceled.`,
  }),
  'payouts.otp_guessed': define<{ id: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `Too many wrong codes: ${c.id} is canceled and its money is released.`,
  }),
  'payouts.otp_expired': define({
    status: 409,
    retry: 'changed',
    say: () => 'The code has expired. POST /v1/payouts/:id/resend sends another.',
  }),
  'payouts.otp_used': define({
    status: 409,
    retry: 'never',
    say: () => 'The code was taken before. A code counts once.',
  }),
  'payouts.otp_of_another_payout': define<{ left: number }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `This code was sent for another payout and is void now: ask for another there. Tries left here: ${c.left}.`,
  }),
  'payouts.otps_locked': define<{ until: string; retryAfterS: number }>({
    status: 429,
    retry: 'later',
    say: (c) => `Too many wrong codes were given in this organization. Try again after ${c.until}.`,
  }),
  'payouts.totp_not_enrolled': define({
    status: 409,
    retry: 'changed',
    say: () => 'No authenticator is enrolled. Send `otp_code` from the mail instead.',
  }),
  'payouts.resend_too_soon': define<{ retryAfterS: number }>({
    status: 429,
    retry: 'later',
    say: (c) => `A code was sent a moment ago. Ask again in ${c.retryAfterS} seconds.`,
  }),
  'payouts.resend_exhausted': define<{ sendsMax: number }>({
    status: 409,
    retry: 'never',
    say: (c) => `The code was sent again ${c.sendsMax} times, and is not sent once more.`,
  }),
  'payouts.not_awaiting_verification': define<{ id: string; status: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `${c.id} waits for nobody: it is ${c.status}.`,
  }),
  'payouts.payout_changed': define<{ id: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `${c.id} is not what it was when its code was sent, so nothing is sent for it.`,
  }),
  'payouts.policy_amount_refused': define<{ usd: string; fromUsd: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `The policy refuses payouts from ${c.fromUsd} dollars on; this is ${c.usd}.`,
  }),
  'payouts.policy_velocity_refused': define<{ usd: string; fromUsd: string; window: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `With this payout ${c.usd} dollars would leave within one ${c.window}, and the policy refuses that from ${c.fromUsd} on.`,
  }),
  'payouts.policy_worth_unknown': define({
    status: 409,
    retry: 'later',
    say: () => 'The policy limits dollars, and there is no price by which to judge this payout.',
  }),
  'payouts.policy_destination_unlisted': define<{ destination: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The policy lets money go to listed destinations only, and ${c.destination} is none. POST /v1/payout-destinations adds it.`,
  }),
  'payouts.policy_destination_cooling': define<{ destination: string; usableAt: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `${c.destination} was listed a short while ago and is usable from ${c.usableAt} on.`,
  }),
  'payouts.not_an_approver': define({
    status: 403,
    retry: 'changed',
    say: () => 'This API key is no approver of the organization.',
  }),
  'payouts.initiator_cannot_approve': define({
    status: 403,
    retry: 'changed',
    say: () => 'Who asked for it cannot approve it: another approver must.',
  }),
  'payouts.payout_policy_invalid': define<{ problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `This is no policy: ${c.problem}.`,
  }),
  'payouts.policy_quorum_too_large': define<{ quorum: number; approvers: number }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The policy wants ${c.quorum} approvers, and the organization has ${c.approvers} approver keys.`,
  }),
  'payouts.policy_change_open': define<{ id: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `${c.id} is still to be decided. Approve or cancel it first.`,
  }),
  'payouts.policy_change_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no change of the policy ${c.id} here.`,
  }),
  'payouts.policy_change_ended': define<{ id: string; state: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `${c.id} is ${c.state} and can be changed no more.`,
  }),
  'payouts.payout_destination_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no listed destination ${c.id} here.`,
  }),
  'payouts.destination_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'payouts.destination_network_unused': define<{ network: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `Nothing can be sent on ${c.network} here: no node of it is configured.`,
  }),
  'payouts.policy_refuses_now': define<{ id: string; problem: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `What the policy allows has changed, and ${c.id} is canceled: ${c.problem}`,
  }),
  'payouts.signer_code_refused': define<{ problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The signer did not take the code: ${c.problem}`,
  }),
  'payouts.signer_code_not_now': define<{ problem: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `The transaction cannot be made at this moment: ${c.problem}. The code is not used.`,
  }),
}
