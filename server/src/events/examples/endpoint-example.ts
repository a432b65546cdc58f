import { RETRY_OFFSETS_MS } from '../delivery.ts'
import { BEGAN, ENDED, type ExampleOf } from './example.ts'

const FAILING_SINCE = '2026-02-20T11:58:12Z'

/** A webhook endpoint as its events tell it. */
export const endpointExample: ExampleOf = (word) => {
  const objectId = 'whe_01KJA8V8W0X1Y3Z5A7B9C2D4E6'
  const isDisabled = word === 'disabled'
  const isFailing = isDisabled || word === 'failing'
  const object = {
    id: objectId,
    url: 'https://shop.example/hooks/coffer',
    events: ['checkout.session.*', 'payment.*'],
    description: 'The shop',
    status: isDisabled ? 'disabled' : 'enabled',
    disabled_reason: isDisabled ? 'failing' : null,
    disabled_at: isDisabled ? ENDED : null,
    failing_since: isFailing ? FAILING_SINCE : null,
    signature: 'hmac',
    own_secret: true,
    retry_after_seconds: RETRY_OFFSETS_MS.map((ms) => ms / 1_000),
    created_at: BEGAN.replace('2026-02', '2026-01'),
  }
  return { objectId, object }
}

/** A key that signs messages, as its event tells it. */
export const webhookKeyExample: ExampleOf = () => {
  const objectId = 'whk_01KJA8W9X1Y2Z4A6B8C0D3E5F7'
  const object = {
    id: objectId,
    algorithm: 'ed25519',
    public_key: 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
    created_at: BEGAN,
    retires_at: null,
  }
  return { objectId, object }
}
