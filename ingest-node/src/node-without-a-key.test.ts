import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_SETTINGS } from './broadcast/fixtures/settings-fixture.ts';
import { ScriptedPeer } from './control/scripted-peer.ts';
import { IngestNode } from './node.ts';
import { GuardedBucket } from './publish/guarded-bucket-fixture.ts';
import { ScriptedEdge } from './publish/scripted-edge.ts';
import { ffmpegPublishes } from './server/ffmpeg-process-fixture.ts';
import { readSettings } from './settings.ts';

/** Renewed at half of it, so each time with other credentials. */
const GRANT_LIFE_MS = 4_000;
/** The first ones end in the midst of the broadcast. */
const FIRST_LIFE_MS = 8_000;
const MEDIA_S = 11;
const TIMEOUT_MS = 90_000;

let bucket: GuardedBucket;
let control: ScriptedPeer;
let edge: ScriptedEdge;
let node: IngestNode;
let logLines: string[];
beforeEach(async () => {
  bucket = await GuardedBucket.start();
  edge = await ScriptedEdge.listen();
  let answers = 0;
  control = await ScriptedPeer.listen(({ path }) => {
    const isRenewal = path.endsWith('/renew');
    if (!path.endsWith('/authorize') && !isRenewal) return { status: 503 };
    // However long a busy machine takes to its first part: that one is stored with the first credentials.
    if (isRenewal && !bucket.usedTokens.has('session-number-1')) return { status: 503 };
    answers += 1;
    const lifeMs = answers === 1 ? FIRST_LIFE_MS : 3_600_000;
    const storage = bucket.session('demo/', `number-${answers}`, Date.now() + lifeMs);
    const grant = { grant: `the-grant-${answers}`, grantExpiresAtMs: Date.now() + GRANT_LIFE_MS };
    return { status: 200, body: { settings: DEMO_SETTINGS, ...grant, keyId: 'key-1', authorizedAtMs: 1, storage } };
  });
  logLines = [];
  const settings = readSettings({
    SLUICE_RTMP_PORT: '0',
    SLUICE_SRT_PORT: '0',
    SLUICE_METRICS_PORT: '0',
    SLUICE_CONTROL_URL: control.url,
    SLUICE_EDGE_URL: edge.peer.url,
    SLUICE_NODE_TOKEN: 'a-token-of-more-than-16',
    SLUICE_BUCKET: bucket.place.name,
    SLUICE_S3_ENDPOINT: bucket.place.endpoint,
    // As a task's role that opens nothing.
    SLUICE_S3_ACCESS_KEY_ID: 'id-of-the-node',
    SLUICE_S3_SECRET_ACCESS_KEY: 'secret-of-the-node',
  });
  node = await IngestNode.start(settings, pino({ level: 'debug' }, { write: (line: string) => logLines.push(line) }));
});
afterEach(async () => {
  await node.stop();
  await edge[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

describe('a node whose own key opens nothing', { timeout: TIMEOUT_MS }, () => {
  it('stores a whole broadcast with its channel’s credentials, while these are replaced and the first ones end', async () => {
    const url = `rtmp://127.0.0.1:${node.servers.rtmp.port}/live/key`;
    const { exitCode } = await ffmpegPublishes(url, '--paced', '--seconds', String(MEDIA_S));
    expect(exitCode).toBe(0);
    await node.stop();
    const names = [...edge.listed.keys()].flatMap((id) => edge.names(id));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => name.includes('gap'))).toEqual([]);
    expect(bucket.usedTokens.has('session-number-1')).toBe(true);
    expect(bucket.usedTokens.size).toBeGreaterThan(2);
    const keys = await bucket.keys();
    expect(keys.filter((key) => !key.startsWith('demo/'))).toEqual([]);
    expect(keys.length).toBeGreaterThan(names.length);
    expect(logLines.join('\n')).not.toMatch(/session-number|secret-number|secret-of-the-node|the-grant/);
  });
});
