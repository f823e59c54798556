import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { SCOPES } from '../../access/scope.ts';
import { EdgeStory } from '../../broadcasts/broadcast-fixture.ts';
import { ADMIN_TOKEN, EDGE_TOKEN, NODE_TOKEN, type TestApp } from '../../test-app.ts';
import { WebhookReceiver } from '../../webhooks/webhook-receiver-fixture.ts';
import type { RandomRequest } from './request-arbitrary.ts';

/** Of each kind of thing the newest are enough, and the oldest are gone for the most part. */
const SEEN_MAX = 12;
/** What paths name things by. */
const NAME = /^((api|channel|key|target|token|tenant|broadcast|clip|endpoint|delivery)Id|kid)$/;
/** What answers show once. */
const SHOWN_ONCE = ['streamKey', 'apiToken', 'token', 'secret'];
const PASSPHRASE = 'the passphrase that was planted';
/** Of restream targets: one beside the URL, one within it. */
const TARGET_KEY = 'a-target-key-that-was-planted';
const TARGET_TOKEN = 'a-token-in-a-url-that-was-planted';
/** Whose channels are live now and then. */
const LIVE = [
  { tenantId: 'default', channelId: 'demo' },
  { tenantId: 'acme', channelId: 'theirs' },
] as const;
const ENCODED_BY_MEDIALIVE = {
  transcoder: 'medialive',
  medialive: { input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } },
  ladder: [{ heightPx: 720, bitrateBps: 3_000_000 }],
};
/** What the edge says when it is asked for a clip, from one time on. */
const NO_CLIPS = [
  { status: 404, body: { code: 'no-such-media' } },
  { status: 409, body: { code: 'not-yet' } },
  { status: 409, body: { code: 'several-broadcasts' } },
  { status: 502, body: {} },
];

/** What a control API is filled with before random requests are sent, and what was seen of it since. */
export class World {
  readonly #app: TestApp;
  readonly #receiver: WebhookReceiver;
  readonly #tokens = new Map<string, string>();
  /** What things are named by, kind by kind: a stream key by its own id and its channel's. The newest first. */
  readonly #seen = new Map<string, Record<string, string>[]>();
  /** The callers' own tokens, which nobody is to take from them. */
  readonly #ownIds = new Set<string>();
  readonly #secrets = new Set<string>([PASSPHRASE, TARGET_KEY, TARGET_TOKEN, ADMIN_TOKEN, NODE_TOKEN, EDGE_TOKEN]);
  #rounds = 0;

  private constructor(app: TestApp, receiver: WebhookReceiver) {
    this.#app = app;
    this.#receiver = receiver;
  }

  static async plant(app: TestApp): Promise<World> {
    const world = new World(app, await WebhookReceiver.start());
    // Some have nothing, so that they can be deleted.
    for (const tenantId of ['acme', 'empty-1', 'empty-2', 'empty-3', 'empty-4']) {
      await app.admin('POST', '/v1/tenants', { tenantId });
    }
    await world.#plantTenant('default', ['demo', 'other']);
    await world.#plantTenant('acme', ['theirs']);
    for (const scope of SCOPES) await world.#plantToken(scope, 'default', [scope]);
    await world.#plantDeliveries();
    return world;
  }

  /** What no answer may show: it was planted, or has been shown once. */
  get secrets(): ReadonlySet<string> {
    return this.#secrets;
  }

  bearer({ caller, operation }: RandomRequest): string | undefined {
    const scope = operation.security[0]?.bearer?.[0] ?? '';
    switch (caller) {
      case 'operator':
        return ADMIN_TOKEN;
      case 'node':
        return NODE_TOKEN;
      case 'edge':
        return EDGE_TOKEN;
      case 'foreign':
        return this.#tokens.get('acme');
      case 'unscoped':
        return this.#tokens.get(scope === 'usage:read' ? 'audit:read' : 'usage:read');
      case 'scoped':
        return this.#tokens.get(scope) ?? ADMIN_TOKEN;
      case 'garbage':
        return 'sluice_0000000000000000000000000000000';
      case 'nobody':
        return undefined;
    }
  }

  /** The path of a request, with something in the place of its names. */
  path({ path, about, segments }: RandomRequest): string {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const kinds = [...this.#seen.values()].filter(([ids = {}]) => names.every((name) => name in ids));
    // A tenant has its id alone, and all that is of a tenant has it too.
    const least = Math.min(...kinds.map(sizeOf));
    const those = (about % 2 === 0 ? kinds : kinds.filter((kind) => sizeOf(kind) === least)).flat();
    const ids = those[(about >> 1) % those.length] ?? {};
    return path.replaceAll(/\{(\w+)\}/g, (_, name) => segments[name] ?? encodeURIComponent(ids[name] ?? 'nothing'));
  }

  /** Learns what there is from an answer, and what is never to be shown again. */
  learn(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    const ids: Record<string, string> = {};
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'object') this.learn(value);
      if (typeof value !== 'string') continue;
      if (SHOWN_ONCE.includes(name)) this.#hide(value);
      else if (NAME.test(name)) ids[name] = value;
    }
    const kind = Object.keys(ids).sort().join();
    if (kind === '' || this.#ownIds.has(ids.tokenId ?? '')) return;
    const others = (this.#seen.get(kind) ?? []).filter((other) => !isDeepStrictEqual(other, ids));
    this.#seen.set(kind, [ids, ...others].slice(0, SEEN_MAX));
  }

  /** What happens beside the requests: somebody was live, was recorded, and is live again. The edge tells of it. */
  async goOn(): Promise<void> {
    this.#rounds += 1;
    for (const { tenantId, channelId } of LIVE) {
      // As the document's own example has it, so that who sends that makes what there is.
      const channel = { channelId, profile: 'low', isPrivate: true };
      const headers = { 'sluice-tenant': tenantId };
      await this.#app.admin('POST', '/v1/channels', channel, headers);
      await this.#app.admin('PATCH', `/v1/channels/${channelId}`, ENCODED_BY_MEDIALIVE, headers);
      const past = new EdgeStory(this.#app.nowMs, this.#broadcastId('past', channelId));
      const present = new EdgeStory(this.#app.nowMs + 10, this.#broadcastId('live', channelId));
      await this.#tell(channelId, past.started(), past.audience(5_000, 3, 9_000), past.ended(9_000));
      await this.#tell(channelId, past.recorded(9_500), present.started({ isPrivate: true }), present.absent(500));
      this.learn({ broadcastId: past.absent(0).broadcastId });
      await this.#warn(channelId, present.absent(0).broadcastId);
    }
    this.#answerClips();
  }

  [Symbol.dispose](): void {
    this.#receiver.close();
  }

  #broadcastId(kind: string, channelId: string): string {
    return `0${String(this.#rounds).padStart(9, '0')}${kind}${channelId}`.padEnd(20, '0');
  }

  async #tell(channelId: string, ...events: object[]): Promise<void> {
    await this.#app.fromEdge({ channelId, events });
  }

  async #warn(channelId: string, broadcastId: unknown): Promise<void> {
    const warning = { kind: 'health-warning', code: 'long-gop', sentence: 'Set it to 2 s.', atMs: this.#app.nowMs };
    const events = [{ ...warning, eventId: `warning-${this.#rounds}`, channelId, broadcastId }];
    await this.#app.node('/v1/ingest/events', { nodeId: 'n-1', events });
  }

  /** The edge cuts clips, but for every third round. */
  #answerClips(): void {
    const { nowMs } = this.#app;
    const body = {
      broadcastId: this.#broadcastId('past', 'demo'),
      fromMs: nowMs,
      toMs: nowMs + 4_000,
      isPrivate: this.#rounds % 2 === 0,
      segments: [{ renditionId: 'v720', firstMsn: 1, lastMsn: 2 }],
      sizeBytes: 1_000,
    };
    const no = this.#rounds % 3 === 0 ? NO_CLIPS[(this.#rounds / 3) % NO_CLIPS.length] : undefined;
    this.#app.edge.answers.set('PUT', no ?? { status: 200, body });
  }

  #hide(secret: string): void {
    this.#secrets.add(secret);
    this.#secrets.add(createHash('sha256').update(secret).digest('hex'));
  }

  async #plantTenant(tenantId: string, channelIds: readonly string[]): Promise<void> {
    const headers = { 'sluice-tenant': tenantId };
    for (const channelId of channelIds) {
      await this.#app.admin('POST', '/v1/channels', { channelId, srtPassphrase: PASSPHRASE }, headers);
      const key = await this.#app.admin('POST', `/v1/channels/${channelId}/stream-keys`, {}, headers);
      this.learn(await key.json());
      const target = { url: `rtmps://live.example.com/app?token=${TARGET_TOKEN}`, streamKey: TARGET_KEY };
      const made = await this.#app.admin('POST', `/v1/channels/${channelId}/restream-targets`, target, headers);
      this.learn(await made.json());
    }
    await this.#plantToken(tenantId, tenantId, SCOPES);
  }

  async #plantToken(name: string, tenantId: string, scopes: readonly string[]): Promise<void> {
    const made = await this.#app.admin('POST', '/v1/api-tokens', { name, scopes }, { 'sluice-tenant': tenantId });
    const { apiToken, tokenId } = z.object({ apiToken: z.string(), tokenId: z.string() }).parse(await made.json());
    this.#ownIds.add(tokenId);
    this.#tokens.set(name, apiToken);
    this.#hide(apiToken);
  }

  /** Endpoints of both tenants that were told of a round, and said no to a part of it. Those that are made later nobody tells: they are anywhere. */
  async #plantDeliveries(): Promise<void> {
    for (const { tenantId } of [...LIVE, ...LIVE, ...LIVE]) {
      const body = { url: this.#receiver.url };
      const made = await this.#app.admin('POST', '/v1/webhook-endpoints', body, { 'sluice-tenant': tenantId });
      this.learn(await made.json());
    }
    this.#receiver.statuses.push(...Array.from({ length: 6 }, () => 410));
    await this.goOn();
    await this.#app.control.runner.runDue();
    for (const { endpointId } of [...this.#seen.values()].flat()) {
      if (endpointId === undefined) continue;
      for (const state of ['delivered', 'dead']) {
        const path = `/v1/webhook-endpoints/${endpointId}/deliveries?state=${state}`;
        this.learn(await (await this.#app.admin('GET', path)).json());
      }
    }
  }
}

function sizeOf([ids = {}]: readonly Record<string, string>[]): number {
  return Object.keys(ids).length;
}
