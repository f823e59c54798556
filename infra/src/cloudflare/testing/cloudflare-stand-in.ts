import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Permission } from '../api/permission.ts';
import { StandInAccount } from './stand-in-account.ts';
import { r2Routes } from './stand-in-r2.ts';
import {
  StandInPage,
  StandInRefusal,
  type StandInRequest,
  type StandInRoute,
  StandInViolation,
} from './stand-in-request.ts';
import { tokenRoutes } from './stand-in-tokens.ts';
import { workerRoutes } from './stand-in-workers.ts';
import { wranglerRoutes } from './stand-in-wrangler.ts';
import { zoneRoutes } from './stand-in-zone.ts';

export const STAND_IN_TOKEN = 'token_of_the_tests-0123456789abcdefghij';

const NO_QUERY = z.strictObject({});

/**
 * How a call goes wrong: the line breaks before or after it was done, Cloudflare says that it is busy or that it had too
 * many, or whoever asks dies before or after it was done.
 */
export type StandInFault = 'cut-before' | 'cut-after' | 'busy' | 'turned-away' | 'dies-before' | 'dies-after';

/**
 * Cloudflare's API on this machine, strict: a path, a parameter, a header or a field that is not documented is a
 * violation, which tests look for at their end. It keeps what it is told, and refuses what Cloudflare refuses.
 */
export class CloudflareStandIn implements AsyncDisposable {
  readonly account = new StandInAccount();
  /** `PUT /accounts/…`, in the order in which they came. */
  readonly calls: string[] = [];
  readonly violations: string[] = [];
  /** What the token may not do. */
  readonly denied = new Set<Permission>();
  /** By the number of the call, from 0. */
  readonly faults = new Map<number, StandInFault>();
  /** Called when whoever asks dies; its connection ends with it. */
  onDeath: () => void = () => undefined;
  /** From this call on all of them are answered with 503. */
  busyFrom = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #routes: readonly (StandInRoute & { readonly pattern: RegExp })[];

  private constructor(server: Server) {
    this.#server = server;
    const routes = [
      ...workerRoutes(this.account),
      ...r2Routes(this.account),
      ...tokenRoutes(this.account),
      ...zoneRoutes(this.account, this.denied),
      ...wranglerRoutes(this.account),
    ];
    this.#routes = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  }

  static async start(): Promise<CloudflareStandIn> {
    const server = createServer();
    const standIn = new CloudflareStandIn(server);
    server.on('request', (request, response) => {
      standIn.#serve(request, response).catch((error: unknown) => {
        standIn.violations.push(`the stand-in failed: ${String(error)}`);
        response.destroy();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return standIn;
  }

  /** Without a slash at its end, as CLOUDFLARE_API_BASE_URL is. */
  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/client/v4`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '', 'http://stand-in');
    const path = url.pathname.replace(/^\/client\/v4/, '');
    const index = this.calls.push(`${request.method} ${path}`) - 1;
    const fault = index >= this.busyFrom ? 'busy' : this.faults.get(index);
    if (fault === 'dies-before') return this.#kill(response);
    if (fault === 'cut-before') return void response.destroy();
    if (fault === 'busy') return send(response, 503, { errors: [{ code: 10_013, message: 'internal error' }] });
    if (fault === 'turned-away') {
      response.setHeader('retry-after', '1');
      return send(response, 429, { errors: [{ code: 10_429, message: 'slow down' }] });
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const asked = { method: request.method ?? '', headers, body: new Uint8Array(Buffer.concat(chunks)) };
    const { status, body } = await this.#answer(asked, path, Object.fromEntries(url.searchParams));
    if (fault === 'dies-after') return this.#kill(response);
    if (fault === 'cut-after') return void response.destroy();
    send(response, status, body);
  }

  #kill(response: ServerResponse): void {
    this.onDeath();
    response.destroy();
  }

  async #answer(
    asked: Pick<StandInRequest, 'method' | 'headers' | 'body'>,
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: object }> {
    try {
      return ok(await this.#result({ ...asked, query, values: {} }, path));
    } catch (error) {
      if (error instanceof StandInRefusal) {
        return { status: error.status, body: { errors: [{ code: error.code, message: error.message }] } };
      }
      const message = error instanceof Error ? error.message : String(error);
      this.violations.push(`${asked.method} ${path}: ${message}`);
      return { status: 400, body: { errors: [{ code: 10_400, message: 'this is not documented' }] } };
    }
  }

  async #result(request: StandInRequest, path: string): Promise<unknown> {
    if (request.headers.get('authorization') !== `Bearer ${STAND_IN_TOKEN}`) {
      throw new StandInRefusal(403, 9_109, 'Invalid access token');
    }
    const { route, values } = this.#route(request.method, path);
    if (values.account !== undefined && values.account !== this.account.accountId) {
      throw new StandInRefusal(404, 7_003, 'Could not route: perhaps your object identifier is invalid?');
    }
    if (values.zone !== undefined && values.zone !== this.account.zone.id) {
      throw new StandInRefusal(404, 7_003, 'Could not route: perhaps your object identifier is invalid?');
    }
    if (route.permission !== 'any' && this.denied.has(route.permission)) {
      throw new StandInRefusal(403, 10_000, 'Authentication error');
    }
    const query = (route.query ?? NO_QUERY).safeParse(request.query);
    if (!query.success) throw new StandInViolation(`query: ${z.prettifyError(query.error)}`);
    return await route.answer({ ...request, values });
  }

  #route(method: string, path: string) {
    for (const route of this.#routes) {
      if (route.method !== method) continue;
      const match = route.pattern.exec(path);
      if (match === null) continue;
      return { route, values: decoded(match.groups ?? {}) };
    }
    throw new StandInViolation('there is no such call');
  }
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) values[name] = decodeURIComponent(value);
  return values;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
}

function ok(result: unknown): { readonly status: number; readonly body: object } {
  if (!(result instanceof StandInPage)) return { status: 200, body: { success: true, result } };
  return {
    status: 200,
    body: { success: true, result: result.items, result_info: { total_pages: result.totalPages } },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  const envelope = { success: false, result: null, errors: [], messages: [], ...body };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(envelope));
}
