import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressPrefix, isInPrefix, parseIpAddress, parseIpPrefix } from './playback-address.ts';

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const ipv4 = octets.map((four) => four.join('.'));

/** Every way in which people and programs write the same address. */
const ipv6 = fc
  .tuple(fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 }), fc.nat(7), fc.boolean())
  .map(([groups, at, isCapital]) => {
    const texts = groups.map((group) => group.toString(16));
    let end = at;
    while (groups[end] === 0) end += 1;
    const front = texts.slice(0, at).join(':');
    const text = end === at ? texts.join(':') : `${front}::${texts.slice(end).join(':')}`;
    return { text: isCapital ? text.toUpperCase() : text, groups };
  });

describe('an address', () => {
  it('has the bits that are written', () => {
    fc.assert(
      fc.property(octets, (four) => {
        const bits = four.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
        expect(parseIpAddress(four.join('.'))).toEqual({ bits, lengthBits: 32 });
      }),
    );
    fc.assert(
      fc.property(ipv6, ({ text, groups }) => {
        const bits = groups.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n);
        const isMapped = bits >> 32n === 0xffffn;
        expect(parseIpAddress(text)).toEqual(
          isMapped ? { bits: bits & 0xffff_ffffn, lengthBits: 32 } : { bits, lengthBits: 128 },
        );
      }),
    );
  });

  it.each([
    ['::ffff:192.0.2.1', parseIpAddress('192.0.2.1')],
    ['64:ff9b::192.0.2.1', parseIpAddress('64:ff9b::c000:201')],
    ['::1.2.3.4', parseIpAddress('::102:304')],
  ])('%s has an IPv4 tail', (text, same) => {
    expect(parseIpAddress(text)).toEqual(same);
    expect(same).toBeDefined();
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.-4',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '[::1]',
    '::1/128',
  ])('%j is none', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });
});

describe('an address prefix', () => {
  it.each(['0.0.0.0/0', '192.0.2.0/24', '192.0.2.1/32', '::/0', '2001:db8::/32', '::1/128', 'fe80::/10'])(
    '%s is one',
    (text) => {
      expect(AddressPrefix.safeParse(text).success).toBe(true);
    },
  );

  it.each([
    '',
    '192.0.2.0',
    '192.0.2.0/',
    '192.0.2.1/24',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/-1',
    '2001:db8::1/32',
    '2001:db8::/129',
    '::ffff:192.0.2.0/120',
    '/24',
    '192.0.2.0/24/8',
    'example.com/24',
  ])('%j is none', (text) => {
    expect(AddressPrefix.safeParse(text).success).toBe(false);
  });

  it('holds the addresses that Node’s own block list finds in it', () => {
    const cases = fc.oneof(
      fc.record({ text: ipv4, other: ipv4, length: fc.nat(32), family: fc.constant('ipv4' as const) }),
      fc.record({
        text: ipv6.map(({ text }) => text),
        other: ipv6.map(({ text }) => text),
        length: fc.nat(128),
        family: fc.constant('ipv6' as const),
      }),
    );
    fc.assert(
      fc.property(cases, ({ text, other, length, family }) => {
        const [address, another] = [parseIpAddress(text), parseIpAddress(other)];
        fc.pre(address !== undefined && another !== undefined && (family === 'ipv4') === (address.lengthBits === 32));
        const bits = (address.bits >> BigInt(address.lengthBits - length)) << BigInt(address.lengthBits - length);
        const prefix = { network: { ...address, bits }, prefixBits: length };
        const list = new BlockList();
        list.addSubnet(text, length, family);
        expect(isInPrefix(address, prefix)).toBe(list.check(text, family));
        expect(isInPrefix(another, prefix)).toBe(
          another.lengthBits === address.lengthBits && list.check(other, family),
        );
      }),
    );
  });

  it('of one family holds no address of the other', () => {
    const all = [parseIpPrefix('0.0.0.0/0'), parseIpPrefix('::/0')];
    const inAll = (text: string) => {
      const address = parseIpAddress(text);
      return all.map((prefix) => address !== undefined && prefix !== undefined && isInPrefix(address, prefix));
    };
    expect([inAll('192.0.2.1'), inAll('2001:db8::1')]).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});
