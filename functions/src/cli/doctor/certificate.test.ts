import { describe, expect, it } from 'vitest';
import { judgeCertificate, type SeenCertificate } from './certificate.ts';

const NOW = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const seen = (more: Partial<SeenCertificate> = {}): SeenCertificate => ({
  host: 'live.example.com',
  validToMs: NOW + 60 * DAY_MS,
  fault: undefined,
  isLocal: false,
  ...more,
});

describe('a certificate', () => {
  it.each<[string, Partial<SeenCertificate>, 'ok' | 'warn' | 'fail', RegExp]>([
    ['is good', {}, 'ok', /^good for 60 days, for live\.example\.com$/],
    ['is good for two weeks', { validToMs: NOW + 14 * DAY_MS }, 'ok', /^good for 14 days/],
    ['ends soon', { validToMs: NOW + 14 * DAY_MS - 1 }, 'warn', /^good for 13 days only$/],
    ['is over', { validToMs: NOW - DAY_MS, fault: 'CERT_HAS_EXPIRED' }, 'fail', /^expired 1 day ago$/],
    [
      'is good, behind one that is over',
      { fault: 'CERT_HAS_EXPIRED' },
      'fail',
      /^a certificate of its chain has expired$/,
    ],
    ['is for another name', { fault: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'fail', /^is not for live\.example\.com$/],
    ['is of its own making', { fault: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'fail', /nobody vouches/],
    ['is of this machine', { fault: 'DEPTH_ZERO_SELF_SIGNED_CERT', isLocal: true }, 'ok', /nobody vouches/],
    ['comes without its chain', { fault: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'fail', /chain .* is incomplete/],
    ['has another fault', { fault: 'CERT_REVOKED' }, 'fail', /^CERT_REVOKED$/],
  ])('that %s', (_, more, verdict, says) => {
    const finding = judgeCertificate(seen(more), NOW);
    expect([finding.verdict, finding.says]).toEqual([verdict, expect.stringMatching(says)]);
    expect(finding.advice === undefined).toBe(verdict === 'ok');
  });
});
