import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloudflareApi } from '../api/cloudflare-api.ts';
import { CloudflareStandIn, STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { findZoneId } from './find-zone.ts';

const OTHER_ACCOUNT = 'b'.repeat(32);

let cloudflare: CloudflareStandIn;
beforeEach(async () => {
  cloudflare = await CloudflareStandIn.start();
});
afterEach(async () => {
  expect(cloudflare.violations).toEqual([]);
  await cloudflare[Symbol.asyncDispose]();
});

function find(domain: string, accountId = cloudflare.account.accountId): Promise<string> {
  const api = new CloudflareApi({ token: STAND_IN_TOKEN, baseUrl: cloudflare.url, sleep: async () => undefined });
  return findZoneId(api, accountId, domain);
}

function addZone(name: string, accountId = cloudflare.account.accountId): string {
  const id = cloudflare.account.newId();
  cloudflare.account.otherZones.push({ id, name, accountId });
  return id;
}

describe('the zone of a domain', () => {
  it.each(['example.com', 'live.example.com', 'a.b.c.d.example.com'])('is found above it: %s', async (domain) => {
    expect(await find(domain)).toBe(cloudflare.account.zone.id);
  });

  it('is the one with the longest name', async () => {
    const id = addZone('tv.example.com');
    expect(await find('live.tv.example.com')).toBe(id);
    expect(await find('tv.example.com')).toBe(id);
    expect(await find('live.notv.example.com')).toBe(cloudflare.account.zone.id);
  });

  it('is none of another account, though the token sees it', async () => {
    addZone('tv.example.com', OTHER_ACCOUNT);
    addZone('example.org', OTHER_ACCOUNT);
    expect(await find('live.tv.example.com')).toBe(cloudflare.account.zone.id);
    await expect(find('live.example.org')).rejects.toThrow(/account a+ has no zone for live\.example\.org/);
  });

  it('is missed in words that say what to do, and no top-level domain is asked for', async () => {
    await expect(find('live.example.org')).rejects.toThrow(
      /no zone for live\.example\.org that the API token may see\. Add the domain to Cloudflare, or give .* Zone Read/,
    );
    expect(cloudflare.calls).toEqual(['GET /zones', 'GET /zones']);
  });

  it('is not looked for by a token that may not, which is told', async () => {
    cloudflare.denied.add('zone-read');
    await expect(find('live.example.com')).rejects.toThrow('needs the permission Zone Read');
  });
});
