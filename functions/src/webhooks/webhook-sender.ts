import { lookup } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress, parseIpAddress } from '@sluice/contracts';
import { Webhook } from 'standardwebhooks';
import type { AllowedTargets } from '../access/allowed-targets.ts';
import type { Delivery, DeliveryTry } from './delivery.ts';
import { signingSecrets, targetFault, type WebhookEndpoint } from './webhook-endpoint.ts';

/** Standard Webhooks, "Operational considerations": 15 to 30 s. */
const ANSWER_MS_MAX = 15_000;
const USER_AGENT = 'sluice-webhooks/1';

/** Somebody wants to be told at an address that nobody outside may reach. */
class InnerAddressError extends Error {
  override readonly name = 'InnerAddressError';
}

export interface WebhookSenderOptions {
  readonly targets: AllowedTargets;
  readonly nowMs: () => number;
}

/** Tells one endpoint one thing. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Never rejects: what went wrong is in the answer. */
  async send(endpoint: WebhookEndpoint, { messageId, payload }: Delivery): Promise<DeliveryTry> {
    const { targets, nowMs } = this.#options;
    const atMs = nowMs();
    // It may have been let in under other rules.
    const fault = targetFault(endpoint.url, targets);
    if (fault !== undefined) return { atMs, status: null, fault };
    const body = JSON.stringify(payload);
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': USER_AGENT,
      ...signature(signingSecrets(endpoint, atMs), { messageId, body, atMs }),
    };
    try {
      const status = await this.#post(new URL(endpoint.url), headers, body);
      // A redirect is not followed: it would lead where nobody has looked.
      const isTaken = status >= 200 && status < 300;
      return { atMs, status, fault: isTaken ? null : `It answered ${status}.` };
    } catch (error) {
      return { atMs, status: null, fault: sentenceOf(error) };
    }
  }

  #post(url: URL, headers: Record<string, string>, body: string): Promise<number> {
    const options: RequestOptions = {
      method: 'POST',
      headers,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(this.#options.targets === 'public' && { lookup: publicLookup }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, options, (answer) => {
      resolve(answer.statusCode ?? 0);
      // What it says is nobody's business: closing the connection costs less than reading it.
      answer.destroy();
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
}

/** Resolves a name, and refuses all of it when one of its addresses is not of the public internet. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const isPublic = addresses.every(({ address }) => {
      const parsed = parseIpAddress(address);
      return parsed !== undefined && isPublicAddress(parsed);
    });
    if (!isPublic || addresses.length === 0) return callback(new InnerAddressError('not of the public internet'), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family);
  });
};

/** Standard Webhooks: one signature for each secret, with a blank between. */
function signature(
  secrets: readonly string[],
  { messageId, body, atMs }: { readonly messageId: string; readonly body: string; readonly atMs: number },
): Record<string, string> {
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(messageId, new Date(atMs), body)).join(' '),
  };
}

/** For the endpoint's owner. Of our own network it says nothing. */
function sentenceOf(error: unknown): string {
  if (error instanceof InnerAddressError) return 'Its name leads to an address that is not of the public internet.';
  if (!(error instanceof Error)) return 'It could not be reached.';
  if (['AbortError', 'TimeoutError'].includes(error.name))
    return `It did not answer within ${ANSWER_MS_MAX / 1_000} s.`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? 'It could not be reached.' : `It could not be reached: ${code}.`;
}
