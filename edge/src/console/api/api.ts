import type { ZodMiniType } from 'zod/mini';
import { ApiProblem, isPassing, problemOfFailure, readProblem } from './api-problem.ts';

/** Below it the edge passes calls on to the control API. */
export const API_BASE = '/api/v1';

/** Longer than the edge waits for the control API. */
const ANSWER_MS_MAX = 20_000;
/** Calls that may be repeated are made this often at most. */
const TRIES_MAX = 3;
const FIRST_DELAY_MS = 400;
/** Whoever is to wait longer is told so instead. */
const DELAY_MS_MAX = 5_000;

/** An answer as it was read, and which version of the thing it is (RFC 9110 §8.8.3). */
export interface Answer<T> {
  readonly value: T;
  readonly etag: string | undefined;
  /** HTTP: 201 where something was made that was not there. */
  readonly status: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ChangeOptions extends CallOptions {
  readonly body?: unknown;
  /** The version that is to be changed, and no other one. */
  readonly ifMatch?: string | undefined;
}

export interface ApiOptions {
  readonly fetch: typeof fetch;
  /** What is called with; `undefined`: nothing, as where the console is open. */
  readonly token: () => string | undefined;
  /** The token is not known, or not any more. */
  readonly onUnauthorized: () => void;
  /** Resolves after so long. */
  readonly delay: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

interface Call extends ChangeOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

/** Calls the control API. What is asked may be repeated, and so may what is made: it has an idempotency key. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Throws ApiProblem, as all of these do; and what the signal was aborted with. */
  async get<T>(path: string, schema: ZodMiniType<T>, options: CallOptions = {}): Promise<Answer<T>> {
    return await read(await this.#tried({ method: 'GET', path, ...options }), schema);
  }

  async post<T>(path: string, schema: ZodMiniType<T>, options: ChangeOptions = {}): Promise<Answer<T>> {
    return await read(await this.#tried({ method: 'POST', path, ...options }), schema);
  }

  async patch<T>(path: string, schema: ZodMiniType<T>, options: ChangeOptions): Promise<Answer<T>> {
    return await read(await this.#tried({ method: 'PATCH', path, ...options }), schema);
  }

  async put<T>(path: string, schema: ZodMiniType<T>, options: ChangeOptions): Promise<Answer<T>> {
    return await read(await this.#tried({ method: 'PUT', path, ...options }), schema);
  }

  /** For what is answered with nothing. */
  async command(path: string, options: ChangeOptions = {}): Promise<void> {
    await this.#tried({ method: 'POST', path, ...options });
  }

  async delete(path: string, options: ChangeOptions = {}): Promise<void> {
    await this.#tried({ method: 'DELETE', path, ...options });
  }

  async #tried(call: Call): Promise<Response> {
    // The same for each try: what was made, and not heard of, is answered once more and not made twice.
    const headers = this.#headers(call);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(call, headers);
      } catch (error) {
        call.signal?.throwIfAborted();
        const problem = problemOfFailure(error);
        const delayMs = Math.max(FIRST_DELAY_MS * 2 ** (attempt - 1), (problem.retryAfterS ?? 0) * 1_000);
        if (!mayRepeat(call) || !isPassing(problem) || attempt >= TRIES_MAX || delayMs > DELAY_MS_MAX) throw problem;
        await this.#options.delay(delayMs, call.signal);
        call.signal?.throwIfAborted();
      }
    }
  }

  async #once({ method, path, body, signal }: Call, headers: Record<string, string>): Promise<Response> {
    const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await this.#options.fetch(`${API_BASE}${path}`, {
      method,
      headers,
      cache: 'no-store',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (response.ok) return response;
    const problem = await readProblem(response);
    if (response.status === 401) this.#options.onUnauthorized();
    throw problem;
  }

  #headers({ method, body, ifMatch }: Call): Record<string, string> {
    const token = this.#options.token();
    return {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(method === 'POST' && { 'idempotency-key': idempotencyKey() }),
    };
  }
}

/** Not what changes one version into the next: whoever asks again has changed it already, and is told of a conflict. */
function mayRepeat({ method, ifMatch }: Call): boolean {
  return method === 'GET' || method === 'POST' || ifMatch === undefined;
}

async function read<T>(response: Response, schema: ZodMiniType<T>): Promise<Answer<T>> {
  const body: unknown = await response.json().catch(() => undefined);
  const { status } = response;
  const parsed = schema.safeParse(body);
  if (parsed.success) return { value: parsed.data, etag: response.headers.get('etag') ?? undefined, status };
  const sentence =
    'The server answered with something that this page does not understand. Reload it to get the newest one.';
  throw new ApiProblem({ code: 'unreadable', status }, sentence, { cause: parsed.error });
}

/** 128 bits. `crypto.randomUUID` is not there on pages of plain HTTP. */
function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
