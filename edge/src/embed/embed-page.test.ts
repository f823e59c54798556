import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { tellEmbedSites } from '../testing/tell-embed-sites.ts';
import { testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

afterEach(() => void vi.restoreAllMocks());

/** Who may show what that answer holds in a frame; `anybody`: nothing is said of it. */
function ancestorsOf({ headers }: Response): string {
  expect(headers.has('x-frame-options')).toBe(false);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  return /(?:^|; )frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? 'anybody';
}

async function opened(path: string): Promise<[status: number, ancestors: string]> {
  const answer = await edgeFetch(path);
  await answer.arrayBuffer();
  return [answer.status, ancestorsOf(answer)];
}

describe('the embed page', () => {
  it('is a player and nothing else, for any channel and in any frame', async () => {
    const channelId = freshChannelId();
    const answer = await edgeFetch(`/embed/${channelId}`);
    const text = await answer.text();
    expect([answer.status, ancestorsOf(answer), answer.headers.get('cache-control')]).toEqual([
      200,
      'anybody',
      'no-cache',
    ]);
    // Pages that are isolated from others take it in, too.
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(text).toContain(`<sluice-player id="player" channel="${channelId}" edge="../" keys="page"></sluice-player>`);
    expect(text).not.toMatch(/<header|<a /);
    // Said, and not shown.
    expect(text).toContain(`<main>\n<h1 class="visually-hidden">${channelId}</h1>`);
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/);
  });

  it('is shown by the sites that the channel names, and by its own', async () => {
    const channelId = freshChannelId();
    const path = `/embed/${channelId}`;
    await tellEmbedSites(channelId, ['example.com', 'https://*.example.org:8443']);
    expect(await opened(path)).toEqual([200, "'self' example.com https://*.example.org:8443"]);
    await tellEmbedSites(channelId, [], 2);
    expect(await opened(path)).toEqual([200, "'self'"]);
    await tellEmbedSites(channelId, null, 3);
    expect(await opened(path)).toEqual([200, 'anybody']);
  });

  it('is so while the channel is live, too, and not when it was deleted and another one has its name', async () => {
    const { channelId } = await TestPublisher.live(4);
    await tellEmbedSites(channelId, ['example.com']);
    expect(await opened(`/embed/${channelId}`)).toEqual([200, "'self' example.com"]);
    await env.CHANNEL.getByName(channelId).deleteChannel();
    // This isolate asks again within five seconds.
    await vi.waitFor(async () => expect(await opened(`/embed/${channelId}`)).toEqual([200, 'anybody']), 8_000);
  });

  it('is another answer for those who keep it once other sites may show it', async () => {
    const channelId = freshChannelId();
    await tellEmbedSites(channelId, null);
    const etag = (await edgeFetch(`/embed/${channelId}`)).headers.get('etag') ?? '';
    const again = () => edgeFetch(`/embed/${channelId}`, { headers: { 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    await tellEmbedSites(channelId, [], 2);
    const answer = await again();
    expect([answer.status, ancestorsOf(answer)]).toEqual([200, "'self'"]);
  });

  it('is not there while nobody knows who may show it, and then looks again by itself', async () => {
    const channelId = freshChannelId();
    await tellEmbedSites(channelId, ['example.com']);
    const other = freshChannelId();
    vi.spyOn(env.DIRECTORY, 'getByName').mockImplementation(() => {
      throw Object.assign(new Error('overloaded'), { overloaded: true });
    });
    const answer = await edgeFetch(`/embed/${other}`);
    expect([answer.status, answer.headers.get('refresh'), answer.headers.get('cache-control')]).toEqual([
      503,
      '5',
      'no-store',
    ]);
    expect(await answer.text()).not.toContain('<sluice-player');
  });

  it('makes no object for a name that somebody made up', async () => {
    const asked = vi.spyOn(env.CHANNEL, 'getByName');
    await opened(`/embed/${freshChannelId()}`);
    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ['engine=hls', ' engine="hls"', undefined],
    ['engine=dash&utm_source=x', 'keys="page"></sluice-player>', undefined],
    ['muted=0', ' data-muted="false"', undefined],
    ['muted=1&autoplay=1', 'keys="page"></sluice-player>', '<template>'],
    ['autoplay=0', '<template><sluice-player', 'modulepreload'],
  ])('is told by its address: %s', async (query, there, notThere) => {
    const text = await (await edgeFetch(`/embed/demo?${query}`)).text();
    expect(text).toContain(there);
    if (notThere !== undefined) expect(text).not.toContain(notThere);
  });

  it.each([
    ['/embed/demo?autoplay=yes', 400, 'autoplay is 0 or 1.'],
    ['/embed/demo?muted=', 400, 'muted is 0 or 1.'],
    ['/embed/demo?engine=%3Cb%3E', 400, 'engine is hls or dash.'],
    ['/embed/No', 404, 'cannot be the name of a channel'],
    ['/embed/%3Cscript%3E', 404, 'cannot be the name of a channel'],
  ])('says in the frame what is wrong with %s', async (path, status, sentence) => {
    const answer = await edgeFetch(path);
    const text = await answer.text();
    expect([answer.status, ancestorsOf(answer), answer.headers.get('cache-control')]).toEqual([
      status,
      'anybody',
      'no-store',
    ]);
    expect(text).toContain(sentence);
    expect(text).not.toMatch(/<script|<b>|<button|<a /);
  });
});

describe('the embed page below a playback token', () => {
  it('is framed as the channel says, and tells nobody of its address', async () => {
    const { channelId } = await TestPublisher.live(4, { isPrivate: true });
    await tellEmbedSites(channelId, ['example.com']);
    const token = await testPlaybackToken({ channelId, claims: { sites: ['https://edge.test'] } });
    const answer = await edgeFetch(`/t/${token}/embed/${channelId}?muted=0`);
    const text = await answer.text();
    expect([answer.status, ancestorsOf(answer), answer.headers.get('referrer-policy')]).toEqual([
      200,
      "'self' example.com",
      'strict-origin',
    ]);
    expect(text).toContain('data-muted="false"');
    expect(text).not.toMatch(/og:|twitter:|oembed/);
  });

  it('says in the frame why the link does not open', async () => {
    const channelId = freshChannelId();
    await tellEmbedSites(channelId, []);
    const token = await testPlaybackToken({ channelId, claims: { exp: 1_000 } });
    const answer = await edgeFetch(`/t/${token}/embed/${channelId}`);
    expect([answer.status, ancestorsOf(answer)]).toEqual([403, 'anybody']);
    expect(await answer.text()).toContain('This link does not open');
    expect(await opened(`/t/${token}/watch/${channelId}`)).toEqual([403, "'self'"]);
  });
});
