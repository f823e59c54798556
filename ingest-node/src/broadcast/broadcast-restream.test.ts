import { RestreamTargetId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerFixture } from '../server/rtmp-server-fixture.ts';
import { BroadcastStage } from './broadcast-stage.ts';
import { DEMO_SETTINGS } from './fixtures/settings-fixture.ts';

const KEY = 'the-secret-of-the-target';
const targetId = RestreamTargetId.parse('target0000000001');

let stage: BroadcastStage;
let target: ServerFixture;
beforeEach(async () => {
  target = await ServerFixture.start();
  stage = await BroadcastStage.open({ checkEveryMs: 1 });
  stage.settings = { ...DEMO_SETTINGS, restream: { version: 1, targets: [] } };
  stage.control.script = ({ path }) => {
    if (path !== '/v1/ingest/check') return stage.authorized();
    return { status: 200, body: { ended: [] } };
  };
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

/** From now on the control API has this list. */
function change(version: number, isThere: boolean): void {
  const one = { targetId, url: `rtmp://127.0.0.1:${target.server.port}/live`, streamKey: KEY };
  stage.settings = { ...stage.settings, restream: { version, targets: isThere ? [one] : [] } };
  stage.control.script = ({ path, body }) => {
    if (path !== '/v1/ingest/check') return stage.authorized();
    const isNews = !JSON.stringify(body).includes(`"restreamVersion":${version}`);
    return { status: 200, body: { ended: [], ...(isNews && { restreamChanged: ['demo'] }) } };
  };
}

function checks(): unknown[] {
  return stage.control.requests.filter(({ path }) => path === '/v1/ingest/check').map(({ body }) => body);
}

function states(): unknown[] {
  return stage.told.flatMap((event) => (event.kind === 'restream-status' ? [event.state] : []));
}

describe('a broadcast', () => {
  it('is pushed to targets that come while it is live, and not to those that went', async () => {
    const publisher = await stage.publish();
    publisher.configure();
    publisher.send();
    change(2, true);
    await stage.control.until(() => stage.control.requests.some(({ path }) => path === '/v1/ingest/renew'));
    await stage.untilLogged('restream');
    publisher.send('a part');
    const seen = await target.publisher();
    expect(seen.attempt.streamKey).toBe(KEY);
    // That it waits, that it connects, and that it is live.
    await stage.untilLogged('restream', 3);
    change(3, false);
    expect(await target.endOf()).toMatchObject({ reason: 'unpublished' });
    // The check that names the list it has now.
    await stage.control.until(() => checks().some((body) => JSON.stringify(body).includes('"restreamVersion":3')));
    publisher.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    expect(states().at(-1)).toBe('stopped');
    expect(stage.logLines.join() + JSON.stringify(stage.told)).not.toContain(KEY);
  });

  it('ends its pushes with it, before it tells that it has ended', async () => {
    change(2, true);
    const publisher = await stage.publish();
    publisher.configure();
    publisher.send();
    await target.publisher();
    publisher.leave('unpublished');
    expect(await target.endOf()).toMatchObject({ reason: expect.any(String) });
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    expect(stage.told.slice(-2)).toMatchObject([
      { kind: 'restream-status', targetId, state: 'stopped', reason: 'broadcast-ended' },
      { kind: 'broadcast-ended' },
    ]);
  });

  it('of a control API that knows no targets asks nothing about them', async () => {
    stage.settings = DEMO_SETTINGS;
    await stage.publish();
    await stage.control.until(() => stage.control.requests.some(({ path }) => path === '/v1/ingest/check'));
    const check = stage.control.requests.find(({ path }) => path === '/v1/ingest/check');
    expect(check?.body).toEqual({
      nodeId: 'node-1',
      publishers: [{ channelId: 'demo', keyId: 'key-1', authorizedAtMs: 1 }],
    });
  });
});
