import { define } from '../define.ts'

/** Refusals of `tenancy`: who may call, and how a request must prove it. */
export const tenancyErrors = {
  'tenancy.invalid_api_key': define({
    status: 401,
    retry: 'changed',
    say: () =>
      'The API key is missing, unknown or revoked. Send it as "Authorization: Bearer sk_…".',
  }),
  'tenancy.https_required': define({
    status: 401,
    retry: 'changed',
    say: () =>
      'API keys are taken over HTTPS only. Behind a proxy that ends TLS, name it in COFFER_TRUSTED_PROXIES and let it send X-Forwarded-Proto.',
  }),
  'tenancy.signature_missing': define<{ header: string }>({
    status: 401,
    retry: 'changed',
    say: (c) =>
      `The header ${c.header} is missing. Writes must be signed; a read needs both headers or neither, unless its key demands signed reads.`,
  }),
  'tenancy.timestamp_malformed': define({
    status: 401,
    retry: 'changed',
    say: () => 'X-Crytom-Timestamp must be the Unix time in milliseconds: 13 digits, sent once.',
  }),
  'tenancy.timestamp_in_seconds': define({
    status: 401,
    retry: 'changed',
    say: () =>
      'X-Crytom-Timestamp has 10 digits, so it seems to be in seconds. Milliseconds are meant: 13 digits.',
  }),
  'tenancy.timestamp_out_of_window': define<{ offMs: number }>({
    status: 401,
    retry: 'changed',
    say: (c) =>
      `X-Crytom-Timestamp is ${c.offMs} ms away from our clock; 300000 ms are allowed. Set your clock, and sign each request when it is sent.`,
  }),
  'tenancy.signature_invalid': define({
    status: 401,
    retry: 'changed',
    say: () =>
      'X-Crytom-Signature does not fit. It is the lower-case hex HMAC-SHA256, keyed with the secret key, of timestamp + METHOD + path with query + body, exactly as they are sent.',
  }),
  'tenancy.request_replayed': define({
    status: 401,
    retry: 'changed',
    say: () =>
      'This signed request was received before. Sign every request anew, with a fresh timestamp.',
  }),
  'tenancy.unauthorized_ip': define<{ address: string }>({
    status: 403,
    retry: 'changed',
    say: (c) => `The IP address ${c.address} is not whitelisted in your account settings.`,
  }),
  'tenancy.ip_range_invalid': define<{ text: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `"${c.text}" is not an IPv4 or IPv6 address, nor a range such as 203.0.113.0/24 with no bits set after its prefix.`,
  }),
  'tenancy.api_key_unknown': define({
    status: 404,
    retry: 'never',
    say: () => 'There is no such API key.',
  }),
  'tenancy.owner_unknown': define({
    status: 404,
    retry: 'changed',
    say: () => 'No organization has an owner with this address.',
  }),
  'tenancy.owner_known': define({
    status: 409,
    retry: 'changed',
    say: () =>
      'Somebody with this e-mail address belongs to an organization already. Give another address.',
  }),
  'tenancy.organization_unknown': define<{ orgId: string }>({
    status: 404,
    retry: 'changed',
    say: (c) => `There is no organization ${c.orgId}. "coffer organizations list" shows them.`,
  }),
  'tenancy.totp_code_wrong': define({
    status: 400,
    retry: 'changed',
    say: () =>
      'The code is not one of this authenticator, or has passed. Begin again where none was begun.',
  }),
}
