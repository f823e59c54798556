import { EmbedSitesNotice } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListeningEdge } from '../edge-fixture.ts';
import { TestApp } from '../test-app.ts';

const SITES = ['example.com', '*.example.com'];
const PATH = '/v1/channels/one';

let edge: ListeningEdge;
let app: TestApp;
beforeEach(async () => {
  edge = await ListeningEdge.start();
  app = await TestApp.start({ edgeUrl: edge.url });
});
afterEach(() => {
  app[Symbol.dispose]();
  edge.close();
});

/** What the edge was told, the last one last. */
function told(): EmbedSitesNotice[] {
  return edge.callsBy('PUT').map(({ path, body }) => {
    expect(path).toBe('/control/v1/channels/one/embed-sites');
    return EmbedSitesNotice.parse(body);
  });
}

async function runDue(): Promise<void> {
  app.nowMs += 5_000;
  await app.control.runner.runDue();
}

describe('which sites may embed a channel', () => {
  it('is told to the edge before the answer is given, and with each change', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one', embedSites: SITES });
    expect(told()).toMatchObject([{ embedSites: SITES, channelCreatedAtMs: app.nowMs }]);
    expect((await app.admin('PATCH', PATH, { embedSites: [] })).status).toBe(200);
    expect((await app.admin('PATCH', PATH, { embedSites: null })).status).toBe(200);
    expect(told().map(({ embedSites }) => embedSites)).toEqual([SITES, [], null]);
    const versions = told().map(({ channelVersion }) => channelVersion);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
  });

  it('is nothing to tell of where no list is named', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    await app.admin('PATCH', PATH, { profile: 'ultra' });
    expect(told()).toEqual([]);
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('is told again when it is said again: an edge may have lost it', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one', embedSites: SITES });
    await app.admin('PATCH', PATH, { embedSites: SITES });
    expect(told()).toHaveLength(2);
  });

  it('is kept while the edge is away, and told as it is when that is back', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    edge.status = 503;
    expect((await app.admin('PATCH', PATH, { embedSites: ['old.example.com'] })).status).toBe(200);
    await runDue();
    await app.admin('PATCH', PATH, { embedSites: SITES });
    edge.status = 204;
    edge.calls.length = 0;
    await runDue();
    expect(new Set(told().map(({ embedSites }) => embedSites?.join()))).toEqual(new Set([SITES.join()]));
    expect(told().length).toBeGreaterThan(0);
    await runDue();
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('is told of no channel that was deleted meanwhile', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    edge.answers.set('PUT', { status: 503, body: {} });
    await app.admin('PATCH', PATH, { embedSites: SITES });
    expect((await app.admin('DELETE', PATH)).status).toBe(204);
    edge.calls.length = 0;
    await runDue();
    expect(told()).toEqual([]);
  });

  it('is refused with a sentence where it is no list of sites', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    const answer = await app.admin('PATCH', PATH, { embedSites: ['example.com; script-src *'] });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining('a site is a name such as example.com') },
    ]);
    expect(told()).toEqual([]);
  });
});
