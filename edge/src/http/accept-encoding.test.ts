import { describe, expect, it } from 'vitest';
import { clientAcceptEncoding, takesGzip } from './accept-encoding.ts';

describe('what a client can decode', () => {
  it.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5, br', true],
    ['br;q=1.0, GZIP;q=1.000', true],
    ['x-gzip', true],
    ['gzip;q=0', false],
    ['gzip;q=0.000', false],
    ['br', false],
    ['identity', false],
    ['', false],
  ])('«%s» takes gzip: %s (rule A7.54)', (acceptEncoding, expected) => {
    expect(takesGzip(acceptEncoding)).toBe(expected);
  });

  it('is what the client said, where the platform asks for more in its name', () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    expect(clientAcceptEncoding(new Request('http://edge/', { headers }))).toBe('gzip, br');
    const behindPlatform = new Request('http://edge/', { headers, cf: { clientAcceptEncoding: '' } });
    expect(clientAcceptEncoding(behindPlatform)).toBe('');
    expect(clientAcceptEncoding(new Request('http://edge/'))).toBe('');
  });
});
