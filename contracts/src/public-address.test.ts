import { describe, expect, it } from 'vitest';
import { parseIpAddress } from './playback-address.ts';
import { isPublicAddress, isPublicHost } from './public-address.ts';

function isPublic(text: string): boolean {
  const address = parseIpAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return isPublicAddress(address);
}

describe('a public address', () => {
  it.each([
    ['0.255.255.255', '1.0.0.0'],
    ['10.0.0.0', '9.255.255.255'],
    ['10.255.255.255', '11.0.0.0'],
    ['100.64.0.0', '100.63.255.255'],
    ['100.127.255.255', '100.128.0.0'],
    ['127.0.0.1', '126.255.255.255'],
    ['127.255.255.255', '128.0.0.0'],
    ['168.63.129.16', '168.63.129.17'],
    ['169.254.0.0', '169.253.255.255'],
    ['169.254.169.254', '169.255.0.0'],
    ['172.16.0.0', '172.15.255.255'],
    ['172.31.255.255', '172.32.0.0'],
    ['192.0.0.192', '192.0.1.0'],
    ['192.0.2.1', '192.0.3.0'],
    ['192.168.0.0', '192.167.255.255'],
    ['192.168.255.255', '192.169.0.0'],
    ['198.18.0.0', '198.17.255.255'],
    ['198.19.255.255', '198.20.0.0'],
    ['198.51.100.1', '198.51.101.0'],
    ['203.0.113.1', '203.0.114.0'],
    ['224.0.0.0', '223.255.255.255'],
    ['255.255.255.255', '8.8.8.8'],
    ['::ffff:127.0.0.1', '::ffff:8.8.8.8'],
    ['::ffff:a00:1', '::ffff:808:808'],
    ['64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8'],
    ['64:ff9b::a9fe:a9fe', '64:ff9b::808:808'],
    ['1fff:ffff::', '2000::1'],
    ['4000::', '3ffe::1'],
    ['2001::1', '2001:200::1'],
    ['2001:db8::1', '2001:db9::1'],
    ['2002:7f00:1::', '2003::1'],
    ['3fff::1', '3fff:1000::1'],
  ])('is not %s, and is its neighbour %s', (inner, outer) => {
    expect([isPublic(inner), isPublic(outer)]).toEqual([false, true]);
  });

  it.each(['::', '::1', '::7f00:1', '64:ff9b:1::8.8.8.8', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1', 'ff02::1'])(
    'is not %s',
    (inner) => expect(isPublic(inner)).toBe(false),
  );
});

describe('a public host', () => {
  it.each([
    'live.example.com',
    'LIVE.Example.COM.',
    'a.rtmp.example',
    'x_1.example.org',
    '8.8.8.8',
    '[2003::1]',
    '2003::1',
  ])('is %s', (host) => expect(isPublicHost(host)).toBe(true));

  it.each([
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'host.docker.internal.',
    'router.home.arpa',
    'nas.lan',
    'intranet',
    '127.0.0.1',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '[fe80::1%25eth0]',
    // What inet_aton reads as an address.
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    'example.0x',
    '8.8.8.8.',
    '999.1.1.1',
    '',
    '.',
    'a..example.com',
    '-a.example.com',
    'a b.example.com',
    'exa\u0000mple.com',
    'ｅxample.com',
    `${'a.'.repeat(130)}com`,
    `${'a'.repeat(64)}.example.com`,
  ])('is not %j', (host) => expect(isPublicHost(host)).toBe(false));
});
