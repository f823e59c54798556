import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ControlKeys } from './control-keys.ts';

const origin = 'https://edge.example';

afterEach(() => void vi.restoreAllMocks());

describe('the control API’s playback keys', () => {
  it('are fetched, and remembered in the data centre for when it is away, for an hour', async () => {
    const put = vi.spyOn(caches.default, 'put');
    const life = createExecutionContext();
    const fetched = await new ControlKeys(env.CONTROL_URL).ask({ life, origin });
    expect(fetched).toMatchObject({ keys: [{ kid: 'playback' }] });
    await waitOnExecutionContext(life);
    expect(await new ControlKeys(env.CONTROL_URL).recall({ life, origin })).toEqual(fetched);
    // The platform keeps nothing of another zone.
    const [[address, answer] = []] = put.mock.calls;
    expect(new URL(String(address)).origin).toBe(origin);
    expect(answer?.headers.get('cache-control')).toBe('max-age=3600');
  });

  it('are good also where they cannot be remembered, which the log says', async () => {
    vi.spyOn(caches.default, 'put').mockRejectedValue(new Error('the cache is on fire'));
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const life = createExecutionContext();
    expect(await new ControlKeys(env.CONTROL_URL).ask({ life, origin })).toMatchObject({ keys: [{ kid: 'playback' }] });
    await waitOnExecutionContext(life);
    expect(warn.mock.calls.join()).toContain('the cache is on fire');
  });

  it('wait for no cache', async () => {
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    vi.spyOn(caches.default, 'put').mockReturnValue(stored);
    const life = createExecutionContext();
    expect(await new ControlKeys(env.CONTROL_URL).ask({ life, origin })).toMatchObject({ keys: [{ kid: 'playback' }] });
    store();
    await waitOnExecutionContext(life);
  });

  it('are none where something else answers, and nothing is remembered of it', async () => {
    const keys = new ControlKeys(`${env.CONTROL_URL}/another-place`);
    const life = createExecutionContext();
    await expect(keys.ask({ life, origin })).rejects.toThrow('404');
    await waitOnExecutionContext(life);
    expect(await keys.recall({ life, origin })).toBeUndefined();
  });
});
