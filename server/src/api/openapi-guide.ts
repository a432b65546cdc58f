/** The part of the documentation that holds for all operations, in Markdown. */
export const GUIDE = `Every request goes over HTTPS and carries a secret key:

    Authorization: Bearer sk_test_…

Keys that begin with \`sk_test_\` work in the sandbox, keys that begin with \`sk_live_\` move real money. The two never see each other's data.

## Signing

Writes (POST, PUT, PATCH, DELETE) are signed. A GET may be; if it carries one of the two headers it must carry both. A key can be set to demand signed reads.

    X-Crytom-Timestamp: 1768478400000
    X-Crytom-Signature: 5d7c…

* The timestamp is the Unix time in **milliseconds**, 13 digits, taken when the request is sent. It may be off by five minutes either way.
* The signature is the lower-case hex HMAC-SHA256 of \`timestamp + METHOD + target + body\`, with the secret key as its key. The *target* is the path with its query exactly as sent. The *body* is the text that is sent, byte for byte; nothing where there is none.
* Each signed request is taken once. To send the same again, sign it anew.

In Node.js:

    import { createHmac } from 'node:crypto'

    const body = JSON.stringify({ amount: 250.5, currency: 'USD', product_name: 'Plan' })
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', secretKey)
      .update(timestamp + 'POST' + '/v1/checkout/sessions' + body)
      .digest('hex')

In a shell:

    timestamp=$(date +%s%3N)
    signature=$(printf '%s' "\${timestamp}GET/v1/balance" |
      openssl dgst -sha256 -hmac "$SECRET_KEY" | sed 's/.* //')

## Amounts

Amounts are exact. In a request, write them as a number or as a text: \`0.1\`, \`"0.1"\` and \`1e-8\` are read digit by digit and never pass through a float. More decimals than the asset has are refused, not rounded.

## Answers

A success is \`{"status":"success","data":…}\`. Lists add \`pagination\`.

An error is \`{"error":"a_stable_code","message":"a sentence","request_id":"req_…"}\`, with \`param\` and \`errors\` where a part of the request is to blame. With \`Accept: application/problem+json\` the same facts come as RFC 9457. Another organization's objects answer 404, like objects that do not exist.

## Retrying

Send an \`Idempotency-Key\` of your own with every POST, and repeat it when you repeat the request: the work is done once, and the first answer comes again with \`Idempotency-Replayed: true\`. The same key with another request answers 422; while the first is still at work, 409. Keys are kept for 30 days.

Answers 429 and 503 say in \`Retry-After\` how many seconds to wait. \`RateLimit\` says how much is left.
`
