import { BROADCAST_PRIVACY, BroadcastId, ChannelId, partKey, RenditionId, recordingKey } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPRESSION_CHARS_MAX, mediaRules, ruleRefPrefix } from './media-rules.ts';

const MARK = 'sluice-0123456789abcdef';
const RULES = mediaRules('media.example.com', MARK);
const { expression } = RULES.http_request_firewall_custom;
const TIME_CHARS = 9;
const RANDOM_CHARS = 10;

const WHOLE = /^http\.host eq "media\.example\.com" and \(http\.request\.uri\.path contains "%" or not \((.*)\)\)$/;

/** Whether Cloudflare would refuse a path, by what its documentation says of `substring` and `wildcard`. */
function isRefused(path: string): boolean {
  const [, inner = ''] = WHOLE.exec(expression) ?? [];
  if (path.includes('%')) return true;
  const alternatives = inner.split(' or ').map((text) => {
    const [, start, end, pattern = ''] =
      /^substring\(http\.request\.uri\.path,(\d+),(\d+)\) wildcard "(.*)"$/.exec(text) ?? [];
    const wanted = new RegExp(`^${pattern.replace('*', '.*')}$`, 'i');
    return wanted.test(path.slice(Number(start), Number(end)));
  });
  return !alternatives.includes(true);
}

const channelId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,62}$/).map((text) => ChannelId.parse(text));
const renditionId = fc.stringMatching(/^[va][0-9]{1,5}(-[a-z0-9]{1,8})?$/).map((text) => RenditionId.parse(text));

function broadcastId(privacy: string): fc.Arbitrary<BroadcastId> {
  const time = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2058, 0) });
  return fc.tuple(time, fc.stringMatching(/^[0-9a-z]{10}$/)).map(([nowMs, random]) => {
    return BroadcastId.parse(nowMs.toString(36).padStart(TIME_CHARS, '0') + privacy + random.slice(0, RANDOM_CHARS));
  });
}

function path(privacy: string): fc.Arbitrary<string> {
  const place = fc.record({ channelId, broadcastId: broadcastId(privacy), renditionId });
  const part = fc.tuple(place, fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 8 }));
  return part.map(([where, msn, partIndex]) => `/${partKey(where, msn, partIndex)}`);
}

describe('the rule for the bucket’s own domain', () => {
  it('lets every file of an open broadcast through', () => {
    fc.assert(
      fc.property(path(BROADCAST_PRIVACY.open), (open) => {
        expect(isRefused(open)).toBe(false);
      }),
    );
  });

  it('refuses every file of a private broadcast, whatever its channel is called', () => {
    fc.assert(
      fc.property(path(BROADCAST_PRIVACY.private), (hidden) => {
        expect(isRefused(hidden)).toBe(true);
      }),
    );
  });

  it('refuses a private broadcast whose letters are hidden', () => {
    fc.assert(
      fc.property(path(BROADCAST_PRIVACY.private), fc.nat({ max: 40 }), (hidden, at) => {
        const index = 1 + (at % (hidden.length - 1));
        const code = hidden.charCodeAt(index).toString(16);
        expect(isRefused(`${hidden.slice(0, index)}%${code}${hidden.slice(index + 1)}`)).toBe(true);
      }),
    );
  });

  it('refuses what is told of private recordings', () => {
    fc.assert(
      fc.property(broadcastId(BROADCAST_PRIVACY.private), (id) => {
        expect(isRefused(`/${recordingKey(id)}`)).toBe(true);
      }),
    );
  });

  it('is no longer than Cloudflare takes, with the longest names that people choose', () => {
    expect(expression.length).toBeLessThan(EXPRESSION_CHARS_MAX - 200);
  });

  it('is found again by the stack and the domain', () => {
    for (const { ref } of Object.values(RULES)) {
      expect(ref.startsWith(ruleRefPrefix(MARK, 'media.example.com'))).toBe(true);
      expect(ref.startsWith(ruleRefPrefix(MARK))).toBe(true);
      expect(ref.startsWith(ruleRefPrefix(MARK, 'm.example.com'))).toBe(false);
    }
  });
});
