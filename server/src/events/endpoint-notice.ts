import type { Endpoint } from './endpoint.ts'
import { isoTime } from './event.ts'

/** What a mail about an endpoint says. */
export type EndpointMail = Readonly<{ subject: string; text: string }>

/**
 * The mail that warns the owner, or tells him that nothing more is sent. The query of the URL is
 * left out: it may hold what gives access to the receiver.
 *
 * @param disableAfterDays after how long without one acknowledgement an endpoint is disabled
 */
export function endpointMail(
  notice: 'failing' | 'disabled',
  endpoint: Endpoint,
  disableAfterDays: number,
): EndpointMail {
  const url = endpoint.url.replace(/[?#].*$/, '')
  const since = endpoint.failingSince === undefined ? '' : isoTime(endpoint.failingSince)
  const failed = [
    `The webhook endpoint ${endpoint.endpointId} has acknowledged nothing since ${since}:`,
    '',
    `    ${url}`,
    '',
  ]
  const seen = `What it answered: GET /v1/webhook-endpoints/${endpoint.endpointId}/deliveries`
  if (notice === 'failing') {
    const text = [
      ...failed,
      'A first message was given up, ten attempts and a day after it was sent. Others are still',
      `tried. Without one answer of 2xx the endpoint is disabled after ${disableAfterDays} days.`,
      '',
      seen,
    ]
    return { subject: `Webhooks do not arrive at ${url}`, text: text.join('\n') }
  }
  const text = [
    ...failed,
    'It is disabled now, and nothing more is sent to it. No event is lost: they are all in',
    'GET /v1/events. When the receiver works again,',
    '',
    '1. try it:        POST /v1/webhook-endpoints/' + `${endpoint.endpointId}/test`,
    '2. enable it:     PATCH /v1/webhook-endpoints/' + `${endpoint.endpointId} {"enabled":true}`,
    '3. catch up:      POST /v1/webhook-endpoints/' + `${endpoint.endpointId}/resends`,
    `                  {"from":"${since}"}`,
    '',
    seen,
  ]
  return { subject: `Webhook endpoint disabled: ${url}`, text: text.join('\n') }
}
