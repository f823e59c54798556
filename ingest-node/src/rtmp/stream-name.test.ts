import { describe, expect, it } from 'vitest';
import { readStreamName } from './stream-name.ts';

describe('the stream key', () => {
  it.each([
    // rtmp://host/live and a key beside it; rtmp://host/live/KEY as FFmpeg takes it apart
    ['live', 'KEY'],
    ['live/', '/KEY'],
    ['live', ' KEY '],
    // librtmp's way with three parts
    ['live/room', 'KEY'],
    ['live', 'room/KEY'],
    // rtmp://host/live/KEY in the field of the server, nothing in that of the key
    ['live/KEY', ''],
    ['/live//KEY/', '/'],
    // any application is as good
    ['app', 'KEY'],
  ])('of application %j and name %j is KEY', (app, name) => {
    expect(readStreamName(app, name)).toEqual({ streamKey: 'KEY' });
  });

  it('is not the application itself', () => {
    for (const app of ['live', '/live/', '', 'live?token=1']) expect(readStreamName(app, '')).toBeUndefined();
  });

  it('is decoded where it was encoded well, and left where it was not', () => {
    expect(readStreamName('live', 'demo%2Dkey')?.streamKey).toBe('demo-key');
    expect(readStreamName('live', '100%')?.streamKey).toBe('100%');
    expect(readStreamName('live', 'a%ff')?.streamKey).toBe('a%ff');
    // An encoded slash is part of the key and separates nothing.
    expect(readStreamName('live', 'a%2Fb')?.streamKey).toBe('a/b');
  });

  it('has as many characters as the control API takes, and not more', () => {
    expect(readStreamName('live', 'k'.repeat(256))?.streamKey).toHaveLength(256);
    expect(readStreamName('live', 'k'.repeat(257))).toBeUndefined();
  });
});

describe('the query', () => {
  it.each([
    ['live', 'KEY?backup=1&x=%20', 'backup=1&x=%20'],
    ['live?from=app', 'KEY', 'from=app'],
    ['live?from=app', 'KEY?from=name', 'from=name'],
    ['live/KEY?a=1', '', 'a=1'],
    ['live', 'KEY?', ''],
    ['live', 'KEY?a=b?c', 'a=b?c'],
  ])('of application %j and name %j is cut off', (app, name, query) => {
    expect(readStreamName(app, name)).toEqual({ streamKey: 'KEY', query });
  });

  it('alone is no key', () => {
    expect(readStreamName('live', '?key=KEY')).toBeUndefined();
  });
});
