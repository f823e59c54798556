import { type ConsoleSetup, VERSION } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { type EdgeEnv, readIngestAddresses } from '../environment.ts';
import { cacheControl } from '../http/cache-control.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { callControl } from './call-control.ts';
import { openConsole } from './open-console.ts';
import { ownPagesOnly } from './own-pages.ts';

/** More than the control API takes when it asks the edge in turn (4 s a call), and less than people wait. */
const ANSWER_MS_MAX = 15_000;

export interface ApiOptions {
  /** How long the control API may take for an answer, its body too. */
  readonly answerMsMax?: number;
}

/**
 * The control API at the pages' own origin, below `/api/v1`, and `/api/console.json`: so the console needs no CORS there, and
 * the pages' policy stays `connect-src 'self'` (docs/adr/0052).
 */
export function apiRoutes({ answerMsMax = ANSWER_MS_MAX }: ApiOptions = {}): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(ownPagesOnly());
  app.get('/console.json', consoleSetup);
  app.all('/console.json', () => problem('method-not-allowed', undefined, { allow: 'GET, HEAD' }));
  app.all('/v1/*', (c) => callControl(c, answerMsMax));
  app.all('*', () => problem('no-such-address'));
  app.onError(unexpectedProblem);
  return app;
}

function consoleSetup(c: Context<EdgeEnv>): Response {
  const setup: ConsoleSetup = {
    version: VERSION,
    // To whom it is not open it says what there is for them: a token.
    access: openConsole(c.env, c.req.raw).kind === 'open' ? 'open' : 'token',
    canSignIn: c.env.CONTROL_URL !== '',
    ingest: readIngestAddresses(c.env),
  };
  return c.json(setup, 200, { 'cache-control': cacheControl({ kind: 'never' }) });
}
