import { describe, expect, it } from 'vitest';
import { ffmpegCommand } from './ffmpeg.ts';
import { larixGroveLink } from './larix.ts';
import { obsFields } from './obs.ts';
import { firstProtocol, isOfThisMachine, type PushAddress, serverUrlOf, wholeUrl } from './push-address.ts';

const KEY = 'abcdefghijkmnpqrstuvwxyz23456789';
const RTMP: PushAddress = {
  protocol: 'rtmp',
  serverUrl: 'rtmp://127.0.0.1:1935/live',
  streamKey: KEY,
  wantsPassphrase: false,
};
const SRT: PushAddress = { ...RTMP, protocol: 'srt', serverUrl: 'srt://ingest.example.com:8890' };
const INGEST = {
  rtmpUrl: 'rtmp://ingest.example.com/live',
  rtmpsUrl: 'rtmps://ingest.example.com:1936/live',
  srtUrl: 'srt://ingest.example.com:8890',
  isSelfSigned: false,
};

describe('what is typed into an encoder', () => {
  it('is two fields of OBS over RTMP, and one over SRT', () => {
    expect(obsFields(RTMP)).toEqual({ server: 'rtmp://127.0.0.1:1935/live', streamKey: KEY });
    expect(obsFields(SRT)).toEqual({ server: `srt://ingest.example.com:8890?streamid=${KEY}`, streamKey: undefined });
  });

  it('is one address for most others', () => {
    expect(wholeUrl(RTMP)).toBe(`rtmp://127.0.0.1:1935/live/${KEY}`);
    expect(wholeUrl({ ...SRT, wantsPassphrase: true })).toBe(
      `srt://ingest.example.com:8890?streamid=${KEY}&passphrase=YOUR-SRT-PASSPHRASE`,
    );
  });

  it('is one line for ffmpeg, in the container of its protocol', () => {
    expect(ffmpegCommand(RTMP)).toMatch(/^ffmpeg -re -i video\.mp4 .* -g 60 .* -f flv "rtmp:\/\/127[^"]*"$/);
    expect(ffmpegCommand(SRT)).toContain(`-f mpegts "srt://ingest.example.com:8890?streamid=${KEY}"`);
    for (const address of [RTMP, SRT]) expect(ffmpegCommand(address)).not.toMatch(/['\n`$\\]/);
  });

  it('is a link that Larix takes its connection from', () => {
    const rtmp = new URL(larixGroveLink('studio', RTMP));
    expect([rtmp.protocol, rtmp.host, rtmp.pathname]).toEqual(['larix:', 'set', '/v1']);
    expect(Object.fromEntries(rtmp.searchParams)).toEqual({
      'conn[][url]': `rtmp://127.0.0.1:1935/live/${KEY}`,
      'conn[][name]': 'Sluice studio',
      'conn[][mode]': 'av',
      'conn[][overwrite]': 'on',
      'enc[vid][keyframe]': '2',
    });
    expect(Object.fromEntries(new URL(larixGroveLink('studio', SRT)).searchParams)).toMatchObject({
      'conn[][url]': 'srt://ingest.example.com:8890',
      'conn[][srtstreamid]': KEY,
      'conn[][srtmode]': 'c',
    });
  });
});

describe('where it is pushed to', () => {
  it('is encrypted where encoders take the certificate', () => {
    expect(serverUrlOf(INGEST, 'srt')).toBe(INGEST.srtUrl);
    expect(firstProtocol(INGEST)).toBe('rtmps');
    expect(firstProtocol({ ...INGEST, isSelfSigned: true })).toBe('rtmp');
  });

  it.each([
    ['rtmp://127.0.0.1:1935/live', true],
    ['srt://localhost:8890', true],
    ['srt://[::1]:8890', true],
    ['rtmps://ingest.example.com:1936/live', false],
    ['srt://127.example.com:8890', false],
    ['srt://192.168.1.4:8890', false],
  ])('%s is of this machine alone: %s', (url, isLocal) => expect(isOfThisMachine(url)).toBe(isLocal));
});
