import { describe, expect, it } from 'vitest';
import { readStreamId } from './stream-id.ts';

const KEY_256 = 'k'.repeat(256);

describe('a stream id', () => {
  it.each([
    ['demo-key', { streamKey: 'demo-key' }],
    ['publish:demo-key', { streamKey: 'demo-key' }],
    ['#!::r=demo-key,m=publish', { streamKey: 'demo-key' }],
    ['#!::m=publish,r=demo-key', { streamKey: 'demo-key' }],
    ['#!::r=demo-key', { streamKey: 'demo-key' }],
    ['#!::u=somebody,h=host,s=1,t=stream,x=y,r=demo-key,m=publish', { streamKey: 'demo-key' }],
    ['demo-key?backup=1', { streamKey: 'demo-key', query: 'backup=1' }],
    ['#!::r=demo-key?backup=1,m=publish', { streamKey: 'demo-key', query: 'backup=1' }],
    ['100%25 a=b', { streamKey: '100%25 a=b' }],
    ['#!::r=100%,m=publish', { streamKey: '100%' }],
    ['#!::r=a=b', { streamKey: 'a=b' }],
    ['clé', { streamKey: 'clé' }],
    [KEY_256, { streamKey: KEY_256 }],
  ])('%s publishes', (text, named) => {
    expect(readStreamId(text)).toEqual({ kind: 'publish', ...named });
  });

  it.each([
    [undefined, 'missing'],
    ['publish:', 'missing'],
    ['?backup=1', 'missing'],
    ['#!::m=publish', 'missing'],
    ['#!::r=,m=publish', 'missing'],
    ['#!::r=demo-key,m=request', 'not-publish'],
    ['#!::r=demo-key,m=bidirectional', 'not-publish'],
    ['#!::r=demo-key,m=', 'not-publish'],
    ['read:demo-key', 'not-publish'],
    ['play:demo-key', 'not-publish'],
    ['#!::', 'malformed'],
    ['#!::demo-key', 'malformed'],
    ['#!::=demo-key', 'malformed'],
    ['#!:{r=demo-key}', 'malformed'],
    ['#!', 'malformed'],
    ['demo\nkey', 'malformed'],
    ['demo\u007f', 'malformed'],
    [`${KEY_256}k`, 'malformed'],
    [`#!::${'x=y,'.repeat(16)}r=demo-key`, 'malformed'],
  ])('%s is %s', (text, kind) => {
    expect(readStreamId(text)).toEqual({ kind });
  });
});
