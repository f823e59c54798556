import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ControlKeys } from './control-keys.ts';

describe('the control API’s playback keys', () => {
  it('are fetched, and remembered in the data centre for when it is away', async () => {
    const fetched = await new ControlKeys(env.CONTROL_URL).ask();
    expect(fetched).toMatchObject({ keys: [{ kid: 'playback' }] });
    expect(await new ControlKeys(env.CONTROL_URL).recall()).toEqual(fetched);
  });

  it('are none where something else answers, and nothing is remembered of it', async () => {
    const keys = new ControlKeys(`${env.CONTROL_URL}/another-place`);
    await expect(keys.ask()).rejects.toThrow('404');
    expect(await keys.recall()).toBeUndefined();
  });
});
