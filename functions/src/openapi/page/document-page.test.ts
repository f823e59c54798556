import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from '../../test-app.ts';
import type { Document } from '../document.ts';

let app: TestApp;
let document: Document;
let answer: Response;
let page: string;
beforeAll(async () => {
  app = await TestApp.start();
  document = JSON.parse(await (await app.request('/openapi.json')).text());
  answer = await app.request('/docs');
  page = await answer.text();
});
afterAll(() => app[Symbol.dispose]());

function all(pattern: RegExp): string[] {
  return [...page.matchAll(pattern)].map(([, text = '']) => text);
}

describe('the page of the document', () => {
  it('is open to everybody, may be kept for a while, and is HTML', () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('loads nothing, and lets nothing run but the script and the style sheet that it has', () => {
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    for (const [name, tag] of [
      ['script-src', 'script'],
      ['style-src', 'style'],
    ]) {
      const [text = '', ...more] = all(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'));
      expect(more).toEqual([]);
      expect(policy).toContain(`${name} 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(page).not.toMatch(/ (src|style|on[a-z]+)=/);
    expect(all(/<link[^>]* href="([^"]*)/g).filter((href) => !href.startsWith('data:'))).toEqual([]);
    expect(all(/(?:url\(|@import)([^)]*)/g)).toEqual([]);
  });

  it('has each operation, with its scope and a request to copy', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    expect(operations.length).toBeGreaterThan(20);
    for (const { operationId, summary, security } of operations) {
      const [section = ''] = page.split(`<section class="operation" id="${operationId}"`)[1]?.split('</section>') ?? [];
      expect(section, operationId).toContain(summary);
      expect(section, operationId).toContain(`<span class="scope">${security[0]?.bearer?.[0] ?? 'any'}</span>`);
      expect(section, operationId).toMatch(/curl (-X [A-Z]+ )?&#39;http:\/\/localhost\/v1\//);
      expect(section, operationId).not.toContain('&#39;http://localhost/v1/{');
    }
  });

  it('says what the items of a list can be, also where there may be no list', () => {
    const [, section = ''] = page.split('<section class="operation" id="createWebhookEndpoint"');
    const [events = ''] = section.split('<code class="field-name">events</code>')[1]?.split('</li>') ?? [];
    expect(events).toContain('<code>broadcast.started</code> · <code>broadcast.ended</code>');
  });

  it('has no two elements of one id, and no link to one that is not there', () => {
    const ids = all(/ id="([^"]*)"/g);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(all(/ href="#([^"]*)"/g).filter((id) => !ids.includes(id))).toEqual([]);
    expect(all(/ aria-(?:labelledby|controls)="([^"]*)"/g).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('escapes what is not its own, in HTML and in the shell', async () => {
    const host = `a'$(x)&b.example`;
    const text = await (await app.request(`http://${host}/docs`)).text();
    expect(text).toContain(`curl &#39;http://a&#39;\\&#39;&#39;$(x)&amp;b.example/v1/audit&#39;`);
    expect(text).not.toContain(host);
  });

  it('shows no schema as nothing', () => {
    expect(page).not.toMatch(/undefined|\[object|>anything</);
  });
});
