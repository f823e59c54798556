import { LATENCY_PROFILE_NAMES } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';

const Page = z.object({ channels: z.array(z.object({ channelId: z.string() })), next: z.string().nullable() });

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
});
afterEach(() => app[Symbol.dispose]());

describe('making a channel', () => {
  it('fills in what streamers expect', async () => {
    const answer = await app.admin('POST', '/v1/channels', { channelId: 'one' });
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/v1/channels/one']);
    expect(await answer.json()).toEqual({
      channelId: 'one',
      profile: 'low',
      ladder: 'auto',
      takeover: 'take-over',
      reconnectWindowMs: 60_000,
      dvrWindowS: 300,
      ingestBitrateBpsMax: 50_000_000,
      isDisabled: false,
      isPrivate: false,
      delivery: 'separate',
      isRecorded: false,
      recordingRetentionDays: null,
      tenantId: 'default',
      isBeingDeleted: false,
      onDemand: false,
      embedSites: null,
      transcoder: 'sluice',
      medialive: null,
      hasSrtPassphrase: false,
      createdAtMs: app.nowMs,
      updatedAtMs: app.nowMs,
    });
  });

  it('can be repeated, and changes nothing the second time', async () => {
    const body = { channelId: 'one', profile: 'ultra' };
    const first = await app.admin('POST', '/v1/channels', body);
    app.nowMs += 1_000;
    const second = await app.admin('POST', '/v1/channels', body);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(await second.json()).toEqual(await first.json());
  });

  it('is a conflict when the name is taken by a channel with other settings', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    const answer = await app.admin('POST', '/v1/channels', { channelId: 'one', profile: 'ultra' });
    expect(await refusalOf(answer)).toEqual([409, 'channel-exists']);
    expect(await (await app.admin('GET', '/v1/channels/one')).json()).toMatchObject({ profile: 'low' });
  });

  it.each([
    {},
    { channelId: 'a' },
    { channelId: 'one', isRecorded: 'yes' },
    { channelId: 'one', onDemand: 'yes' },
    { channelId: 'one', embedSites: ['https://example.com/path'] },
    { channelId: 'one', hasSrtPassphrase: true },
    { channelId: 'one', kickedAtMs: 1 },
    { channelId: 'one', srtPassphrase: 'x'.repeat(9) },
    { channelId: 'one', srtPassphrase: 'x'.repeat(80) },
    { channelId: 'one', srtPassphrase: 'größer als zehn' },
    { channelId: 'one', ladder: [] },
    { channelId: 'one', ladder: [{ heightPx: 721, bitrateBps: 1_000_000 }] },
    { channelId: 'one', ingestBitrateBpsMax: 200_000_001 },
    { channelId: 'one', dvrWindowS: 29 },
    { channelId: 'one', reconnectWindowMs: 30 * 60_000 + 1 },
    [],
    null,
  ])('refuses %j', async (body) => {
    expect(await refusalOf(await app.admin('POST', '/v1/channels', body))).toEqual([400, 'request-invalid']);
    expect(await (await app.admin('GET', '/v1/channels')).json()).toEqual({ channels: [], next: null });
  });
});

describe('a channel', () => {
  beforeEach(() => app.admin('POST', '/v1/channels', { channelId: 'one' }));

  it.each([
    ...LATENCY_PROFILE_NAMES.map((profile) => ({ profile })),
    { ladder: [{ heightPx: 720, bitrateBps: 3_000_000 }] },
    { ladder: 'auto' },
    { takeover: 'refuse' },
    { reconnectWindowMs: 0 },
    { reconnectWindowMs: 30 * 60_000 },
    { dvrWindowS: 30 },
    { ingestBitrateBpsMax: 200_000_000 },
    { isDisabled: true },
    { isPrivate: true },
    { delivery: 'muxed' },
    { onDemand: true },
    { embedSites: ['example.com'] },
    { embedSites: [] },
  ])('can be changed to %j, and nothing else of it changes', async (change) => {
    const before = z.looseObject({}).parse(await (await app.admin('GET', '/v1/channels/one')).json());
    app.nowMs += 1_000;
    const answer = await app.admin('PATCH', '/v1/channels/one', change);
    const changed = await answer.json();
    expect(answer.status).toBe(200);
    expect(changed).toEqual({ ...before, ...change, updatedAtMs: app.nowMs });
    expect(await (await app.admin('GET', '/v1/channels/one')).json()).toEqual(changed);
  });

  it('keeps its name and its date of birth', async () => {
    for (const change of [{ channelId: 'two' }, { createdAtMs: 1 }]) {
      expect(await refusalOf(await app.admin('PATCH', '/v1/channels/one', change))).toEqual([400, 'request-invalid']);
    }
  });

  it('is gone after it was deleted, however often that is asked', async () => {
    expect((await app.admin('DELETE', '/v1/channels/one')).status).toBe(204);
    expect((await app.admin('DELETE', '/v1/channels/one')).status).toBe(204);
    expect(await refusalOf(await app.admin('GET', '/v1/channels/one'))).toEqual([404, 'no-such-channel']);
    expect(await refusalOf(await app.admin('PATCH', '/v1/channels/one', {}))).toEqual([404, 'no-such-channel']);
  });

  it('has a well-formed name, or is asked for in vain', async () => {
    for (const name of ['One', '-one', 'a', '%00', 'a'.repeat(64)]) {
      expect(await refusalOf(await app.admin('GET', `/v1/channels/${name}`))).toEqual([400, 'request-invalid']);
    }
  });
});

describe('an SRT passphrase', () => {
  const SECRET = 'correct horse';
  const PATH = '/v1/channels/one';
  const has = async (answer: Response) => z.object({ hasSrtPassphrase: z.boolean() }).parse(await answer.json());

  it('is set, kept by other changes, and taken away, and nothing shows more of it than that it is there', async () => {
    const answers = [
      await app.admin('POST', '/v1/channels', { channelId: 'one', srtPassphrase: SECRET }),
      await app.admin('POST', '/v1/channels', { channelId: 'one', srtPassphrase: SECRET }),
      await app.admin('PATCH', PATH, { dvrWindowS: 60 }),
      await app.admin('PATCH', PATH, { srtPassphrase: SECRET }),
      await app.admin('GET', PATH),
      await app.admin('GET', '/v1/channels'),
    ];
    for (const answer of answers) {
      const text = await answer.text();
      expect(answer.status).toBeLessThan(300);
      expect(text).toContain('"hasSrtPassphrase":true');
      expect(text).not.toContain(SECRET);
    }
    expect(await has(await app.admin('PATCH', PATH, { srtPassphrase: null }))).toEqual({ hasSrtPassphrase: false });
    expect(await has(await app.admin('GET', PATH))).toEqual({ hasSrtPassphrase: false });
    expect(app.logLines).toEqual([]);
  });

  it('is a setting: the same channel with another one is a conflict', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one', srtPassphrase: SECRET });
    const other = await app.admin('POST', '/v1/channels', { channelId: 'one', srtPassphrase: `${SECRET}!` });
    expect(await refusalOf(other)).toEqual([409, 'channel-exists']);
  });

  it('has 10 to 79 characters, and a wrong one is not repeated', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    for (const lengthChars of [10, 79]) {
      const answer = await app.admin('PATCH', PATH, { srtPassphrase: 'x'.repeat(lengthChars) });
      expect(await has(answer)).toEqual({ hasSrtPassphrase: true });
    }
    for (const srtPassphrase of ['SECRET', 'SECRET'.repeat(14), '\tSECRET with a tab']) {
      const answer = await app.admin('PATCH', PATH, { srtPassphrase });
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('SECRET');
    }
  });
});

it('nobody is kicked from a channel that is not there', async () => {
  expect(await refusalOf(await app.admin('POST', '/v1/channels/one/kick'))).toEqual([404, 'no-such-channel']);
});

describe('the list', () => {
  it('shows every channel once, page by page', async () => {
    const names = ['a1', 'a2', 'b1', 'c1', 'c2'];
    for (const channelId of names.toReversed()) await app.admin('POST', '/v1/channels', { channelId });
    const seen: string[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages += 1) {
      const query: string = next === '' ? '' : `&after=${next}`;
      const page = Page.parse(await (await app.admin('GET', `/v1/channels?limit=2${query}`)).json());
      seen.push(...page.channels.map(({ channelId }) => channelId));
      next = page.next;
      expect(pages).toBeLessThan(3);
    }
    expect(seen).toEqual(names);
  });

  it('has no next page when the last one is exactly full', async () => {
    for (const channelId of ['a1', 'a2']) await app.admin('POST', '/v1/channels', { channelId });
    expect(await (await app.admin('GET', '/v1/channels?limit=2')).json()).toMatchObject({ next: null });
    expect(await (await app.admin('GET', '/v1/channels?limit=1')).json()).toMatchObject({ next: 'a1' });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'after=A'])('refuses ?%s', async (query) => {
    expect(await refusalOf(await app.admin('GET', `/v1/channels?${query}`))).toEqual([400, 'request-invalid']);
  });
});
