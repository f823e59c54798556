import { describe, expect, it } from 'vitest';
import { bodyText, edgeFetch } from '../testing/edge-client.ts';
import { testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

/** What browsers ask of an answer before a page of another site may read it, or show it where it is strict (COEP). */
function expectShared(path: string, { headers }: Response): void {
  const shared = ['access-control-allow-origin', 'cross-origin-resource-policy'].map((name) => headers.get(name));
  expect([path, ...shared]).toEqual([path, '*', 'cross-origin']);
}

describe('/player.js', () => {
  it('is the player’s module, at an address that stays', async () => {
    const answer = await edgeFetch('/player.js');
    const text = await answer.text();
    const [, asset = ''] = /^export \{ SluicePlayer \} from '\.(\/assets\/player\.[\w-]+\.js)';\n$/.exec(text) ?? [];
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'no-cache',
    ]);
    expect(await (await edgeFetch(asset)).text()).toMatch(/customElements\.define\(.sluice-player./);
    const etag = answer.headers.get('etag') ?? '';
    expect((await edgeFetch('/player.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await edgeFetch('/player.js', { method: 'HEAD' })).status).toBe(200);
  });

  it('and all that it imports may be loaded by any page', async () => {
    const seen = new Set<string>();
    const follow = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const answer = await edgeFetch(path, { headers: { origin: 'https://shop.example' } });
      expect([path, answer.status]).toEqual([path, 200]);
      expectShared(path, answer);
      const code = await answer.text();
      const names = code.matchAll(/(?:from|import)\s*\(?[`'"](\.[^`'"]+\.js)[`'"]/g);
      for (const [, name = ''] of names) await follow(new URL(name, `https://edge.test${path}`).pathname);
    };
    await follow('/player.js');
    expect([...seen].map((path) => path.replace(/\.[\w-]{8}\.js$/, ''))).toEqual(
      expect.arrayContaining(['/player.js', '/assets/player', '/assets/dash-engine', '/assets/hls-engine']),
    );
    // A page that was open while another version came in is told what it is, and not that it may not ask.
    expectShared('/assets/player.00000000.js', await edgeFetch('/assets/player.00000000.js'));
  });
});

describe('what a player on another site asks for', () => {
  it('is shared with any page, found or not, with a token or without', async () => {
    const publisher = await TestPublisher.live(8);
    await publisher.show(0);
    const { channelId, path: place } = publisher;
    const token = await testPlaybackToken({ channelId });
    const live = [
      `/live/${channelId}/status.json`,
      `/live/${channelId}/index.m3u8`,
      `/live/${channelId}/manifest.mpd`,
      `/live/${channelId}/time`,
      `/live/${channelId}/thumbnail`,
      `/live/${channelId}/preview.jpg`,
      `/live/${channelId}/viewers.json`,
      `${place}/v720.m3u8`,
      `${place}/v720/init-0.mp4`,
      `${place}/v720/1.0.m4s`,
      `${place}/thumbnails/0.jpg`,
      `${place}/storyboard.vtt`,
    ];
    for (const path of ['/time', ...live, ...live.map((each) => `/t/${token}${each}`)]) {
      const answer = await edgeFetch(path, { headers: { origin: 'https://shop.example' } });
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.arrayBuffer();
      expectShared(path, answer);
    }
    for (const path of [`/live/${channelId}/nothing`, `/t/x/live/${channelId}/index.m3u8`, `${place}/v720/999.m4s`]) {
      const answer = await edgeFetch(path);
      expect([path, answer.ok]).toEqual([path, false]);
      await bodyText(answer);
      expectShared(path, answer);
    }
  });
});
