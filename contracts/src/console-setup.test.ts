import { describe, expect, it } from 'vitest';
import { IngestAddress } from './console-setup.ts';

const GOOD = {
  rtmpUrl: 'rtmp://ingest.live.example.com/live',
  rtmpsUrl: 'rtmps://ingest.live.example.com:1936/live',
  srtUrl: 'srt://ingest.live.example.com:8890',
};

describe('where publishers push to', () => {
  it('is kept as it is written, and has a certificate that encoders take unless it says otherwise', () => {
    expect(IngestAddress.parse(GOOD)).toEqual({ ...GOOD, isSelfSigned: false });
    const local = { ...GOOD, region: 'region-1', cmafUrl: 'http://127.0.0.1:8083/cmaf', isSelfSigned: true };
    expect(IngestAddress.parse(local)).toEqual(local);
  });

  it.each([
    { rtmpUrl: 'rtmps://ingest.live.example.com/live' },
    { rtmpsUrl: 'rtmp://ingest.live.example.com/live' },
    { srtUrl: 'ingest.live.example.com:8890' },
    { cmafUrl: 'javascript:alert(1)' },
    { region: '' },
  ])('is not another kind of address: %o', (wrong) => {
    expect(IngestAddress.safeParse({ ...GOOD, ...wrong }).success).toBe(false);
  });
});
