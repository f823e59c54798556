import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { ChannelId } from '@sluice/contracts';
import type { ChannelObject } from '../channel/channel.object.ts';
import worker from '../worker.ts';

/** A request to the Worker under test, as the platform would make it. */
export function edgeFetch(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`https://edge.test${path}`, init));
}

/** The same without relays: the channel's own object answers, which is then free to be evicted. */
export async function directFetch(path: string, init?: RequestInit): Promise<Response> {
  const request = new Request(`https://edge.test${path}`, init) as Request<unknown, IncomingRequestCfProperties>;
  return worker.fetch(request, { ...env, RELAYS: 'off' }, createExecutionContext());
}

/** A body that is text whatever its type says; `text()` warns about types that do not begin with `text/`. */
export async function bodyText(answer: Response): Promise<string> {
  return new TextDecoder().decode(await answer.arrayBuffer());
}

/** The text at an address that must be there. */
export async function okText(path: string): Promise<string> {
  const answer = await edgeFetch(path);
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
  return bodyText(answer);
}

/** Each test has a channel of its own, so none sees another's. */
export function freshChannelId(): ChannelId {
  return ChannelId.parse(`test-${crypto.randomUUID()}`);
}

export function channelStub(channelId: ChannelId): DurableObjectStub<ChannelObject> {
  return env.CHANNEL.getByName(channelId);
}

/** A request that is on its way, and whether it was answered. */
export interface HeldRequest {
  readonly answer: Promise<Response>;
  readonly isAnswered: () => boolean;
}

/** Sends a request that ought to be held, and gives the edge time for what it might wrongly answer it with. */
export function held(channelId: ChannelId, path: string, init?: RequestInit): Promise<HeldRequest> {
  return heldBy(edgeFetch, channelId, path, init);
}

/** The same without relays. */
export function directHeld(channelId: ChannelId, path: string): Promise<HeldRequest> {
  return heldBy(directFetch, channelId, path);
}

async function heldBy(
  ask: typeof edgeFetch,
  channelId: ChannelId,
  path: string,
  init?: RequestInit,
): Promise<HeldRequest> {
  let isAnswered = false;
  const answer = ask(path, init).then((response) => {
    isAnswered = true;
    return response;
  });
  // Requests to the same object that were sent later and are answered first.
  for (let round = 0; round < 3; round += 1) await (await ask(`/live/${channelId}/status.json`)).text();
  return { answer, isAnswered: () => isAnswered };
}
