import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MediaLiveClient } from '@aws-sdk/client-medialive';
import { z } from 'zod';
import { MediaLiveAccount } from './medialive-account.ts';
import type { MediaLiveSetup } from './medialive-driver.ts';

/**
 * For tests: an HTTP server that speaks the REST-JSON of MediaLive as the SDK's own serializers do, with a little state.
 * How AWS behaves is written from its documentation; nothing here was recorded from the real one.
 */

const Tags = z.record(z.string(), z.string()).default({});
const Created = z.looseObject({ requestId: z.string().optional(), name: z.string().optional(), tags: Tags });
const Attached = z.looseObject({ inputAttachments: z.array(z.object({ inputId: z.string() })).default([]) });
const Grouped = z.looseObject({ inputSecurityGroups: z.array(z.string()).default([]) });

export interface Refusal {
  readonly status: number;
  readonly type: string;
  /** What else it says of the request that it refuses; it may quote it. */
  readonly says?: (body: unknown) => Record<string, unknown>;
}

export interface SeenRequest {
  readonly call: string;
  readonly body: unknown;
}

interface Thing {
  readonly kind: 'channels' | 'inputs' | 'inputSecurityGroups';
  readonly id: string;
  readonly requestId: string | undefined;
  readonly tags: Record<string, string>;
  /** Of what it needs. */
  readonly holds: readonly string[];
  state: string;
}

/** What follows a state by itself, when it is next asked about. */
const BY_ITSELF: Readonly<Record<string, string>> = {
  CREATING: 'IDLE',
  STARTING: 'RUNNING',
  STOPPING: 'IDLE',
  DELETING: 'DELETED',
};

class Refused extends Error {
  readonly status: number;
  readonly type: string;
  readonly more: Record<string, unknown>;
  constructor(status: number, type: string, more: Record<string, unknown> = {}) {
    super(type);
    this.status = status;
    this.type = type;
    this.more = more;
  }
}

export class MediaLiveEndpoint implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  /** Everything that was ever made. */
  readonly things: Thing[] = [];
  /** Instead of the answer to the next call of this name: what AWS says. */
  readonly refusals = new Map<string, Refusal>();
  /** What a RequestId that was used before is answered with: what was made, or a conflict. Both can be read into the documentation. */
  repeats: 'the-same' | 'conflict' = 'the-same';
  /** The call of this number, from 0, is done, and its answer is lost. */
  loses: number | undefined;
  readonly client: MediaLiveClient;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.client = new MediaLiveClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  }

  static async start(): Promise<MediaLiveEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const recorded = new MediaLiveEndpoint(server, address !== null && typeof address === 'object' ? address.port : 0);
    server.on('request', (request, response) => void recorded.#take(request, response));
    return recorded;
  }

  /** What there is, as `kind state`. */
  get there(): string[] {
    return this.things.filter(({ state }) => state !== 'DELETED').map(({ kind, state }) => `${kind} ${state}`);
  }

  /** Something that was there before. */
  add(kind: Thing['kind'], state: string, tags: Record<string, string>, holds: readonly string[] = []): Thing {
    const thing = { kind, id: `${kind}-${this.things.length}`, requestId: undefined, tags, holds, state };
    this.things.push(thing);
    return thing;
  }

  count(call: string): number {
    return this.requests.filter((request) => request.call === call).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const [path = ''] = (request.url ?? '').split('?', 1);
    const call = `${request.method} ${path.replaceAll(/(channels|inputs|inputSecurityGroups)-\d+/g, 'ID')}`;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const number = this.requests.push({ call, body }) - 1;
    try {
      const refusal = this.refusals.get(call);
      this.refusals.delete(call);
      if (refusal !== undefined) throw new Refused(refusal.status, refusal.type, refusal.says?.(body));
      const answer = this.#answer(request.method ?? '', path, body);
      if (number === this.loses) request.socket.destroy();
      else send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      response.setHeader('x-amzn-errortype', error.type);
      send(response, error.status, { message: `${error.type} of ${call}`, ...error.more });
    }
  }

  #answer(method: string, path: string, body: unknown): unknown {
    const [, , kind = '', id, verb] = path.split('/');
    if (kind !== 'channels' && kind !== 'inputs' && kind !== 'inputSecurityGroups')
      throw new Refused(404, 'NotFoundException');
    if (id === undefined) return method === 'GET' ? this.#list(kind) : this.#create(kind, body);
    const thing = this.things.find((each) => each.id === id);
    if (thing === undefined || thing.state === 'DELETED') throw new Refused(404, 'NotFoundException');
    if (verb !== undefined) return this.#turn(thing, verb);
    return method === 'DELETE' ? this.#remove(thing) : this.#describe(thing);
  }

  #create(kind: Thing['kind'], body: unknown): unknown {
    const { requestId, tags } = Created.parse(body);
    const known = this.things.find((each) => requestId !== undefined && each.requestId === requestId);
    if (known !== undefined && this.repeats === 'conflict') throw new Refused(409, 'ConflictException');
    const thing = known ?? this.#made(kind, { requestId, tags, body });
    const shown = { id: thing.id, state: thing.state, tags: thing.tags };
    return kind === 'inputSecurityGroups' ? { securityGroup: shown } : { [kind.slice(0, -1)]: shown };
  }

  #made(
    kind: Thing['kind'],
    made: { requestId: string | undefined; tags: Record<string, string>; body: unknown },
  ): Thing {
    const holds =
      kind === 'channels'
        ? Attached.parse(made.body).inputAttachments.map(({ inputId }) => inputId)
        : Grouped.parse(made.body).inputSecurityGroups;
    const state = { channels: 'CREATING', inputs: 'DETACHED', inputSecurityGroups: 'IDLE' }[kind];
    const thing = {
      kind,
      id: `${kind}-${this.things.length}`,
      requestId: made.requestId,
      tags: made.tags,
      holds,
      state,
    };
    this.things.push(thing);
    return thing;
  }

  #describe(thing: Thing): unknown {
    const shown = {
      id: thing.id,
      state: thing.state,
      tags: thing.tags,
      ...(thing.kind === 'inputs' && { destinations: [{ url: 'rtmp://192.0.2.1:1935/demo/x' }] }),
    };
    thing.state = BY_ITSELF[thing.state] ?? thing.state;
    return shown;
  }

  #list(kind: Thing['kind']): unknown {
    const all = this.things.filter((each) => each.kind === kind && each.state !== 'DELETED');
    return { [kind]: all.map(({ id, state, tags }) => ({ id, state, tags })) };
  }

  #turn(thing: Thing, verb: string): unknown {
    const isAllowed = verb === 'start' ? thing.state === 'IDLE' : thing.state === 'RUNNING';
    if (!isAllowed) throw new Refused(409, 'ConflictException');
    thing.state = verb === 'start' ? 'STARTING' : 'STOPPING';
    return { id: thing.id, state: thing.state };
  }

  #remove(thing: Thing): unknown {
    const isHeld = this.things.some(({ state, holds }) => state !== 'DELETED' && holds.includes(thing.id));
    const isBusy = thing.kind === 'channels' && thing.state !== 'IDLE' && thing.state !== 'CREATE_FAILED';
    if (isHeld || isBusy) throw new Refused(409, 'ConflictException');
    thing.state = thing.kind === 'inputSecurityGroups' ? 'DELETED' : 'DELETING';
    return {};
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

/** What a control API of a test is told of MediaLive. */
export function mediaLiveAt(aws: MediaLiveEndpoint): MediaLiveSetup {
  return {
    account: new MediaLiveAccount(aws.client, 'test'),
    deployment: 'test',
    roleArn: 'arn:aws:iam::123456789012:role/MediaLive',
    ingestUrl: 'https://ingest.example/cmaf',
  };
}
