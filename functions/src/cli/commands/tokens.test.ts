import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestCli } from '../cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

const stringsOf = (json: unknown) => z.record(z.string(), z.unknown()).parse(json);

describe('tokens', () => {
  it('for playback are made with their limits, and taken back', async () => {
    await cli.done('channels', 'create', 'studio', '--private');
    const limits = [
      '--countries',
      'DE,FR',
      '--sites',
      'https://shop.example',
      '--height-max',
      '720',
      '--subject',
      'order-7',
    ];
    const text = await cli.done('tokens', 'create', 'studio', '--lifetime', '2h', ...limits);
    expect(text).toMatch(/^token {7}eyJ/);
    expect(text).toContain('(in 2 h)');
    const payload = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString());
    expect(payload).toMatchObject({
      countries: ['DE', 'FR'],
      sites: ['https://shop.example'],
      heightPxMax: 720,
      sub: 'order-7',
    });
    expect(await cli.done('tokens', 'revoke', 'studio', '--subject', 'order-7')).toMatch(/^Revoked\./);
    await cli.done('tokens', 'revoke', 'studio', '--id', payload.jti);
    expect(await cli.done('tokens', 'revoked', 'studio')).toContain('order-7');
    expect((await cli.refusal('tokens', 'revoke', 'studio'))[0]).toBe(2);
    expect((await cli.refusal('tokens', 'create', 'studio', '--countries', 'UK'))[1]).toMatch(
      /--countries is wrong: a country is/,
    );
  });

  it('for the API are made, listed and deleted, and open no more than they may', async () => {
    const made = stringsOf(
      await cli.json('api-tokens', 'create', 'the shop', '--scopes', 'channels:read', '--expires', '90d'),
    );
    expect(made).toMatchObject({
      name: 'the shop',
      scopes: ['channels:read'],
      expiresAtMs: cli.app.nowMs + 90 * 86_400_000,
    });
    const env = { SLUICE_TOKEN: String(made.apiToken) };
    expect((await cli.run(['channels', 'list'], { env })).exitCode).toBe(0);
    const { exitCode, err } = await cli.run(['channels', 'create', 'studio'], { env });
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/scope channels:write.*\nsluice api-tokens create makes/),
    ]);
    const list = await cli.done('api-tokens', 'list');
    expect(list).toMatch(new RegExp(`^${made.tokenId}  the shop  in 90 d  channels:read$`, 'm'));
    expect(list).not.toContain(env.SLUICE_TOKEN);
    await cli.done('api-tokens', 'delete', String(made.tokenId), '--yes');
    expect((await cli.run(['channels', 'list'], { env })).exitCode).toBe(1);
    expect((await cli.refusal('api-tokens', 'create', 'x', '--scopes', 'all,more'))[0]).toBe(2);
  });
});
