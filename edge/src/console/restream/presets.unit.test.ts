import { readRestreamAddress } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { presetOf, RESTREAM_PRESETS, targetFault } from './presets.ts';

describe('the services that one can push on to', () => {
  it.each(RESTREAM_PRESETS.filter(({ url }) => url !== ''))(
    '$name has an address that the API takes, encrypted',
    ({ url }) => {
      const read = readRestreamAddress({ url, streamKey: 'a-key' });
      expect(read).toMatchObject({ ok: true, address: { protocol: 'rtmps', port: 443 } });
    },
  );

  it('are known by the address that the API shows', () => {
    expect(presetOf('rtmps://a.rtmps.youtube.com/live2').name).toBe('YouTube');
    expect(presetOf('rtmps://live-api-s.facebook.com:443/rtmp').name).toBe('Facebook');
    expect(presetOf('srt://10.0.0.1:9000').name).toBe('Another server');
    expect(presetOf('').name).toBe('Another server');
  });

  it.each([
    ['rtmp://live.example.com/app', undefined],
    ['  srt://live.example.com:9000?mode=caller ', undefined],
    ['', 'Write where it is to be pushed to.'],
    ['https://live.example.com', 'It begins with rtmp://, rtmps:// or srt:// and a host.'],
    ['rtmp://', 'It begins with rtmp://, rtmps:// or srt:// and a host.'],
  ])('%j as an address', (url, fault) => {
    expect(targetFault(url)).toBe(fault);
  });
});
