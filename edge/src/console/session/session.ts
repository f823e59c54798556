import { signal } from '@preact/signals';
import { Api } from '../api/api.ts';
import { ApiProblem, problemOfFailure, readProblem } from '../api/api-problem.ts';
import { Caller } from '../api/caller.ts';
import { Setup } from '../api/setup.ts';
import { delay } from '../api/waiting.ts';
import { TokenStore } from './token-store.ts';

/** Whether somebody is signed in, and what the console knows by then. */
export type SessionState =
  | { readonly kind: 'beginning' }
  | { readonly kind: 'failed'; readonly problem: ApiProblem; readonly isRetrying: boolean }
  /** `wasSignedIn`: the token that was good is not any more. */
  | { readonly kind: 'signed-out'; readonly setup: Setup; readonly wasSignedIn: boolean }
  | { readonly kind: 'signed-in'; readonly setup: Setup; readonly caller: Caller };

/** Of whoever sits before the page. */
export const session = signal<SessionState>({ kind: 'beginning' });

const store = new TokenStore();
let token: string | undefined;
const leavers = new Set<() => void>();

/** Has something done when somebody signs out: nothing that was heard is for whoever signs in next. */
export function onSignOut(done: () => void): void {
  leavers.add(done);
}

/** The control API, called as whoever is signed in. */
export const api = new Api({
  fetch: (...args) => fetch(...args),
  token: () => token,
  onUnauthorized: () => {
    if (session.peek().kind === 'signed-in') leave({ wasSignedIn: true });
  },
  delay,
});

/** Finds out whether somebody is signed in already, or need not. Called again after it failed. */
export async function beginSession(): Promise<void> {
  const before = session.peek();
  // What is shown stays until it is known better.
  session.value = before.kind === 'failed' ? { ...before, isRetrying: true } : { kind: 'beginning' };
  token = store.read();
  // Whoever has one is asked for at once, and not after the edge has said that it wants one.
  const asked = token === undefined ? undefined : askCaller();
  asked?.catch(() => undefined);
  try {
    const setup = await readSetup();
    if (setup.access === 'token' && token === undefined) {
      session.value = { kind: 'signed-out', setup, wasSignedIn: false };
      return;
    }
    await enter(setup, asked ?? askCaller());
  } catch (error) {
    session.value = { kind: 'failed', problem: problemOfFailure(error), isRetrying: false };
  }
}

/** Throws ApiProblem when the token is not good, or could not be checked; then nobody is signed in. */
export async function signIn(typed: string, { staysSignedIn }: { readonly staysSignedIn: boolean }): Promise<void> {
  const { value } = session;
  if (value.kind !== 'signed-out') return;
  token = typed;
  try {
    const caller = await askCaller();
    store.write(typed, { staysSignedIn });
    session.value = { kind: 'signed-in', setup: value.setup, caller };
  } catch (error) {
    token = undefined;
    throw problemOfFailure(error);
  }
}

export function signOut(): void {
  leave({ wasSignedIn: false });
}

/** Tabs that share the token begin anew when one of them has signed out, or in as somebody else. */
export function watchOtherTabs(): void {
  store.onChange(() => {
    if (store.read() === token) return;
    forgetAll();
    void beginSession();
  });
}

/** Signs in as whoever calls. A token that is not good any more is forgotten. */
async function enter(setup: Setup, asked: Promise<Caller>): Promise<void> {
  try {
    session.value = { kind: 'signed-in', setup, caller: await asked };
  } catch (error) {
    const problem = problemOfFailure(error);
    if (problem.status !== 401 || token === undefined) throw problem;
    store.clear();
    token = undefined;
    if (setup.access === 'open') await enter(setup, askCaller());
    else session.value = { kind: 'signed-out', setup, wasSignedIn: true };
  }
}

async function askCaller(): Promise<Caller> {
  return (await api.get('/caller', Caller)).value;
}

function forgetAll(): void {
  for (const done of leavers) done();
}

function leave({ wasSignedIn }: { readonly wasSignedIn: boolean }): void {
  const { value } = session;
  if (value.kind !== 'signed-in') return;
  store.clear();
  token = undefined;
  forgetAll();
  session.value = { kind: 'signed-out', setup: value.setup, wasSignedIn };
}

/** A slow edge is a broken one: this is the first thing that is shown. */
const SETUP_MS_MAX = 10_000;

async function readSetup(): Promise<Setup> {
  const response = await fetch('/api/console.json', { cache: 'no-cache', signal: AbortSignal.timeout(SETUP_MS_MAX) });
  if (!response.ok) throw await readProblem(response);
  const setup = Setup.safeParse(await response.json().catch(() => undefined));
  if (setup.success) return setup.data;
  throw new ApiProblem({ code: 'unreadable', status: response.status }, 'The server did not say how to sign in.');
}
