const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more })

const header = (name: string, required: boolean, more: Readonly<Record<string, unknown>>) => ({
  name,
  in: 'header',
  required,
  ...more,
})

const TIMESTAMP = {
  description: 'Unix time in milliseconds when the request is sent.',
  schema: { type: 'string', pattern: '^[0-9]{13}$' },
}

const SIGNATURE = {
  description: 'Lower-case hex HMAC-SHA256 of `timestamp + METHOD + target + body`.',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
}

const ref = (name: string) => ({ $ref: `#/components/parameters/${name}` })

/** The two headers that prove a request: needed by writes, optional for reads. */
export const SIGNATURE_PARAMETERS = {
  write: [ref('Timestamp'), ref('Signature')],
  read: [ref('TimestampOfRead'), ref('SignatureOfRead')],
} as const

const request = text('Names this exchange; give it when you ask for help.')

const problemPlace = {
  type: 'object',
  properties: {
    param: text('The place in the request, such as `destinations[0].amount`.'),
    message: text('What is wrong there.'),
  },
  required: ['param', 'message'],
}

const facts = {
  request_id: request,
  param: text('The first place in the request that is wrong.'),
  errors: { type: 'array', items: problemPlace, description: 'Everything that is wrong.' },
  rollback_confirmed: {
    type: 'boolean',
    description: 'The money that was set aside is back on your balance.',
  },
}

/** The parts that every operation refers to. */
export const components = {
  securitySchemes: {
    secretKey: {
      type: 'http',
      scheme: 'bearer',
      description: 'Your secret key: `sk_test_…` for the sandbox, `sk_live_…` for real money.',
    },
  },
  parameters: {
    Timestamp: header('X-Crytom-Timestamp', true, TIMESTAMP),
    Signature: header('X-Crytom-Signature', true, SIGNATURE),
    TimestampOfRead: header('X-Crytom-Timestamp', false, TIMESTAMP),
    SignatureOfRead: header('X-Crytom-Signature', false, SIGNATURE),
    IdempotencyKey: header('Idempotency-Key', false, {
      description:
        'Makes a retry safe: the same key with the same request gives the first answer again, for 30 days.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    Prefer: header('Prefer', false, {
      description:
        'How long the answer may wait for what goes on after the work: `respond-async` not at all, `wait=n` up to n seconds, 30 at most (RFC 7240).',
      schema: { type: 'string', examples: ['respond-async'] },
    }),
  },
  headers: {
    RequestId: { description: request.description, schema: { type: 'string' } },
    RateLimit: {
      description: 'What is left of the tightest limit: `r` requests, for `t` seconds.',
      schema: { type: 'string', examples: ['"key";r=5999;t=42'] },
    },
    RateLimitPolicy: {
      description: 'The limits: `q` requests in a window of `w` seconds.',
      schema: { type: 'string', examples: ['"key";q=6000;w=60, "address";q=6000;w=60'] },
    },
  },
  schemas: {
    Error: {
      type: 'object',
      properties: {
        error: text('A stable code.'),
        message: text('A sentence for people; it may change.'),
        ...facts,
      },
      required: ['error', 'message', 'request_id'],
    },
    Problem: {
      type: 'object',
      description: 'RFC 9457, for requests with `Accept: application/problem+json`.',
      properties: {
        type: text('Where the code is explained.'),
        title: text('The status in words.'),
        status: { type: 'integer' },
        detail: text('A sentence for people; it may change.'),
        code: text('A stable code.'),
        ...facts,
      },
      required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
    },
    Pagination: {
      type: 'object',
      properties: {
        page: { type: 'integer', minimum: 1 },
        limit: { type: 'integer', minimum: 1, maximum: 100 },
        total: { type: 'integer', minimum: 0 },
        next_cursor: text('Give it as `cursor` for the next page; absent on the last.'),
      },
      required: ['page', 'limit', 'total'],
    },
  },
} as const
