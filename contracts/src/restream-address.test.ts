import { describe, expect, it } from 'vitest';
import {
  isPublicTarget,
  type RestreamAddress,
  readRestreamAddress,
  shownRestreamAddress,
  tcUrlOf,
} from './restream-address.ts';

function read(url: string, streamKey?: string): RestreamAddress {
  const answer = readRestreamAddress({ url, streamKey });
  if (!answer.ok) throw new Error(answer.sentence);
  return answer.address;
}

describe('the address of a target', () => {
  it.each([
    ['rtmp://live.example/app', 'key', { host: 'live.example', port: 1_935, app: 'app', playPath: 'key' }],
    ['rtmp://live.example/app/', 'key?a=b', { host: 'live.example', port: 1_935, app: 'app', playPath: 'key?a=b' }],
    [
      'rtmp://live.example:19350/app/instance',
      'key',
      { host: 'live.example', port: 19_350, app: 'app/instance', playPath: 'key' },
    ],
    [
      'RTMP://Live.Example/app?token=x',
      'key',
      { host: 'live.example', port: 1_935, app: 'app?token=x', playPath: 'key' },
    ],
    ['rtmp://live.example/app/key', undefined, { host: 'live.example', port: 1_935, app: 'app', playPath: 'key' }],
    [
      'rtmp://live.example/a/b/key?auth=1',
      undefined,
      { host: 'live.example', port: 1_935, app: 'a/b', playPath: 'key?auth=1' },
    ],
    ['rtmp://[2001:DB8::1]:1936/app', 'key', { host: '2001:db8::1', port: 1_936, app: 'app', playPath: 'key' }],
  ])('is read: %s and %s', (url, streamKey, expected) => {
    expect(read(url, streamKey)).toEqual({ protocol: 'rtmp', ...expected });
  });

  it('is RTMPS at 443', () => {
    expect(read('rtmps://live.example/app', 'k')).toMatchObject({ protocol: 'rtmps', port: 443 });
  });

  it.each([
    ['srt://live.example:9000', undefined, {}],
    ['srt://live.example:9000/', 'name', { streamId: 'name' }],
    ['srt://live.example:9000?mode=caller&latency=200', undefined, { latencyMs: 200 }],
    ['srt://live.example:9000?streamid=#!::r=live/x,m=publish', undefined, { streamId: '#!::r=live/x,m=publish' }],
    ['srt://live.example:9000?streamid=a%26b%3Dc', undefined, { streamId: 'a&b=c' }],
    ['srt://live.example:9000?passphrase=a+b%20cdefghij', 'name', { streamId: 'name', passphrase: 'a+b cdefghij' }],
  ])('is read: %s and %s', (url, streamKey, expected) => {
    expect(read(url, streamKey)).toEqual({ protocol: 'srt', host: 'live.example', port: 9_000, ...expected });
  });

  it.each([
    ['http://live.example/app', 'key'],
    ['rtmp:/live.example/app', 'key'],
    ['rtmp://', 'key'],
    ['rtmp://live.example', 'key'],
    ['rtmp://live.example/', 'key'],
    ['rtmp://live.example/key', undefined],
    ['rtmp://live.example/app/', undefined],
    ['rtmp://user:secret@live.example/app', 'key'],
    ['rtmp://live.example@127.0.0.1/app', 'key'],
    ['rtmp://live.example:0/app', 'key'],
    ['rtmp://live.example:65536/app', 'key'],
    ['rtmp://live.example:/app', 'key'],
    ['rtmp://live example/app', 'key'],
    ['rtmp://live.example/app\r\nx', 'key'],
    ['rtmp://live.exämple/app', 'key'],
    ['rtmp://[::1/app', 'key'],
    ['rtmp://[fe80::1%eth0]/app', 'key'],
    ['rtmp://live.example/app', ''],
    ['rtmp://live.example/app', 'a key'],
    ['rtmp://live.example/app', 'k'.repeat(501)],
    [`rtmp://live.example/${'a'.repeat(500)}`, 'key'],
    ['srt://live.example', undefined],
    ['srt://live.example:9000/path', undefined],
    ['srt://live.example:9000?mode=listener', undefined],
    ['srt://live.example:9000?passphrase=short', undefined],
    ['srt://live.example:9000?latency=9000', undefined],
    ['srt://live.example:9000?latency=-1', undefined],
    ['srt://live.example:9000?streamid=a&streamid=b', undefined],
    ['srt://live.example:9000?streamid=a', 'b'],
    ['srt://live.example:9000?streamid=%', undefined],
    ['srt://live.example:9000?streamid=%0a', undefined],
    ['srt://live.example:9000?localaddr=10.0.0.1', undefined],
  ])('is refused without a word of it: %j and %j', (url, streamKey) => {
    const answer = readRestreamAddress({ url, streamKey });
    expect(answer).toMatchObject({ ok: false });
    expect(JSON.stringify(answer)).not.toMatch(/secret|127\.0|10\.0|short|listener/);
  });

  it.each([
    ['rtmp://live.example/app', 'SECRET', 'rtmp://live.example/app'],
    ['rtmp://live.example:1935/app?token=SECRET', 'SECRET', 'rtmp://live.example/app'],
    ['rtmps://live.example:1936/app/SECRET?x=SECRET', undefined, 'rtmps://live.example:1936/app'],
    ['srt://[2001:db8::1]:9000?streamid=SECRET&passphrase=SECRETSECRET', undefined, 'srt://[2001:db8::1]:9000'],
  ])('is shown without its secrets: %s and %s', (url, streamKey, shown) => {
    expect(shownRestreamAddress(read(url, streamKey))).toBe(shown);
  });

  it('has the name that the owner wrote where RTMP asks for it', () => {
    const address = read('rtmp://live.example/app?vhost=x', 'key');
    expect(address.protocol !== 'srt' && tcUrlOf(address)).toBe('rtmp://live.example/app?vhost=x');
  });

  it.each([
    ['rtmp://live.example/app', true],
    ['rtmp://localhost/app', false],
    ['rtmp://127.0.0.1/app', false],
    ['rtmp://0x7f.1/app', false],
    ['rtmp://[::1]/app', false],
    ['rtmp://[::ffff:a9fe:a9fe]/app', false],
    ['rtmp://169.254.169.254/app', false],
  ])('%s is of the public internet, as it is written: %s', (url, isPublic) => {
    expect(isPublicTarget(read(url, 'key'))).toBe(isPublic);
  });
});
