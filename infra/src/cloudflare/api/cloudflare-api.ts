import { z } from 'zod';
import { CloudflareError } from './cloudflare-error.ts';
import type { Permission } from './permission.ts';
import { retryAfterMs, retryDelayMs } from './retry-delay.ts';

export interface CloudflareApiOptions {
  /** Secret. */
  readonly token: string;
  /** `https://api.cloudflare.com/client/v4`, unless a test says otherwise. */
  readonly baseUrl?: string;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly nowMs?: () => number;
  readonly random?: () => number;
}

export interface CloudflareCall<SCHEMA extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, its parts encoded by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is a form. */
  readonly body?: unknown;
  /** What a token must be allowed for this call. */
  readonly permission: Permission;
  /** Of `result` in the answer. */
  readonly result: SCHEMA;
  /**
   * Whether doing it twice is as good as once. By its method, if absent (RFC 9110 §9.2.2). What is not is tried again only
   * when it was turned away at the door (429).
   */
  readonly isRepeatable?: boolean;
}

export const CLOUDFLARE_API_URL = 'https://api.cloudflare.com/client/v4';
const ATTEMPTS_MAX = 5;
const CONVERGE_ATTEMPTS_MAX = 3;
/** The Worker's upload is 2.5 MB, and Cloudflare starts it before it answers. */
const TIMEOUT_MS = 60_000;
const PAGE_SIZE = 50;
/** More of anything than an account can have (500 tokens, 1,000 routes a zone). */
const PAGES_MAX = 100;

const Envelope = z.looseObject({
  success: z.boolean(),
  errors: z
    .array(z.looseObject({ code: z.number(), message: z.string() }))
    .nullish()
    .transform((errors) => errors ?? []),
  result: z.unknown(),
  result_info: z.looseObject({ total_pages: z.number().optional() }).nullish(),
});
type Envelope = z.infer<typeof Envelope>;

/** Numbers that mean: this token is none, or may not do this (besides HTTP's 401 and 403). */
const DENIED_CODES: ReadonlySet<number> = new Set([9_103, 9_106, 9_109, 10_000, 10_001]);
/** The account has not bought R2. It comes with 403, and no permission mends it. */
const R2_NOT_ENABLED_CODE = 10_042;

/**
 * Cloudflare's REST API v4: one request after the other, each answer checked at the door. Knows how to ask, not what:
 * the files beside this one do.
 */
export class CloudflareApi {
  readonly #options: Required<CloudflareApiOptions>;
  #changes = 0;

  constructor(options: CloudflareApiOptions) {
    this.#options = {
      baseUrl: CLOUDFLARE_API_URL,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      nowMs: Date.now,
      random: Math.random,
      ...options,
    };
  }

  /** Whether anything but reading was asked so far. */
  get hasChanged(): boolean {
    return this.#changes > 0;
  }

  /** Waits, as long as a test wants it. */
  sleep(ms: number): Promise<void> {
    return this.#options.sleep(ms);
  }

  /**
   * Does a step that looks before it acts, and does it again where it failed for a reason that passes: so calls that must
   * not be repeated by themselves are not, and nothing is done twice.
   */
  async converge<RESULT>(step: () => Promise<RESULT>): Promise<RESULT> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await step();
      } catch (error) {
        const isPassing = error instanceof CloudflareError && error.isPassing;
        if (!isPassing || attempt + 1 >= CONVERGE_ATTEMPTS_MAX) throw error;
        await this.sleep(retryDelayMs(attempt, error.retryAfterMs, this.#options.random()));
      }
    }
  }

  /** Throws CloudflareError. */
  async ask<SCHEMA extends z.ZodType>(call: CloudflareCall<SCHEMA>): Promise<z.output<SCHEMA>> {
    return parsed(call, (await this.#envelope(call)).result);
  }

  /** As `ask`; `undefined` where Cloudflare says that there is none. Throws CloudflareError. */
  async find<SCHEMA extends z.ZodType>(call: CloudflareCall<SCHEMA>): Promise<z.output<SCHEMA> | undefined> {
    try {
      return await this.ask(call);
    } catch (error) {
      if (error instanceof CloudflareError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** All pages of a list. Throws CloudflareError. */
  async list<SCHEMA extends z.ZodType>(
    call: Omit<CloudflareCall<SCHEMA>, 'method' | 'body'>,
  ): Promise<z.output<SCHEMA>[]> {
    const items: z.output<SCHEMA>[] = [];
    for (let page = 1; page <= PAGES_MAX; page++) {
      const query = { ...call.query, page: String(page), per_page: String(PAGE_SIZE) };
      const envelope = await this.#envelope({ ...call, method: 'GET', query });
      items.push(...parsed({ ...call, method: 'GET', result: z.array(call.result) }, envelope.result));
      if (page >= (envelope.result_info?.total_pages ?? 1)) return items;
    }
    throw new CloudflareError({
      code: 'unforeseen',
      call: `GET ${call.path}`,
      permission: call.permission,
      status: 200,
    });
  }

  async #envelope(call: CloudflareCall<z.ZodType>): Promise<Envelope> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(call);
      } catch (error) {
        if (!(error instanceof CloudflareError) || attempt + 1 >= ATTEMPTS_MAX || !mayRepeat(call, error)) throw error;
        await this.#options.sleep(retryDelayMs(attempt, error.retryAfterMs, this.#options.random()));
      }
    }
  }

  async #once(call: CloudflareCall<z.ZodType>): Promise<Envelope> {
    if (call.method !== 'GET') this.#changes++;
    const told = { call: `${call.method} ${call.path}`, permission: call.permission };
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#url(call), {
        method: call.method,
        headers: {
          authorization: `Bearer ${this.#options.token}`,
          ...(isJson(call) && { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(call.body !== undefined && { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
        // Whoever sends us elsewhere would be sent the token.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (error) {
      throw new CloudflareError({ ...told, code: 'unreachable' }, { cause: error });
    }
    const envelope = readEnvelope(text);
    if (response.ok && envelope?.success === true) return envelope;
    const waitMs = retryAfterMs(response.headers.get('retry-after'), this.#options.nowMs());
    throw new CloudflareError({
      ...told,
      code: failureCode(response.status, envelope),
      status: response.status,
      ...(envelope && { reasons: envelope.errors }),
      ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    });
  }

  #url({ path: below, query }: CloudflareCall<z.ZodType>): string {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    return `${this.#options.baseUrl}${below}${search}`;
  }
}

/** A path with every value in it encoded. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

function isJson({ body }: CloudflareCall<z.ZodType>): boolean {
  return body !== undefined && !(body instanceof FormData);
}

function parsed<SCHEMA extends z.ZodType>(call: CloudflareCall<SCHEMA>, result: unknown): z.output<SCHEMA> {
  const read = call.result.safeParse(result);
  if (read.success) return read.data;
  const told = { call: `${call.method} ${call.path}`, permission: call.permission };
  throw new CloudflareError({ ...told, code: 'unforeseen', status: 200 }, { cause: read.error });
}

function readEnvelope(text: string): Envelope | undefined {
  // Some DELETE calls are answered with 204 and nothing.
  if (text === '') return { success: true, errors: [], result: null };
  try {
    return Envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function failureCode(status: number, envelope: Envelope | undefined): CloudflareError['code'] {
  const codes = envelope?.errors.map(({ code }) => code) ?? [];
  if (status === 429 || status >= 500) return 'busy';
  if (codes.includes(R2_NOT_ENABLED_CODE)) return 'refused';
  if (status === 401 || status === 403 || codes.some((code) => DENIED_CODES.has(code))) return 'denied';
  if (status === 404) return 'not-found';
  return envelope === undefined || status < 400 ? 'unforeseen' : 'refused';
}

function mayRepeat({ method, isRepeatable }: CloudflareCall<z.ZodType>, error: CloudflareError): boolean {
  if (!error.isPassing) return false;
  return (isRepeatable ?? (method !== 'POST' && method !== 'PATCH')) || error.wasTurnedAway;
}
