import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TestApp } from '../../test-app.ts';
import type { Document } from '../document.ts';
import { curl } from './curl.ts';

/** What a shell hands to a program of this name, one argument a line, with its line ends written out. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for it in "$@"; do printf '%s\\0' "$it"; done; }\n${command}`;
  const env = { ...process.env, SLUICE_TOKEN: 'the-token' };
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('a request to be pasted into a shell', () => {
  it('is what the document says, whatever quotes are in it', async () => {
    using app = await TestApp.start();
    const document: Document = JSON.parse(await (await app.request('/openapi.json')).text());
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const rest = argumentsOf(curl(document, operation, { method, path }));
        const at = rest.indexOf('-X');
        const verb = at >= 0 ? rest[at + 1] : rest.includes('-d') ? 'POST' : 'GET';
        expect(verb).toBe(method.toUpperCase());
        expect(rest.find((it) => it.startsWith('http'))).toMatch(/^http:\/\/localhost\/v1\/[a-z0-9/%A-F_-]+$/i);
        expect(rest).toContain('authorization: Bearer the-token');
        const example = operation.requestBody?.content['application/json']?.example;
        expect(rest.includes('-d') ? JSON.parse(rest[rest.indexOf('-d') + 1] ?? '') : undefined).toEqual(example);
      }
    }
  });

  it('keeps apostrophes', () => {
    const operation = {
      operationId: 'say',
      tags: [],
      summary: 'Say',
      security: [],
      parameters: [],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: {}, example: { words: "it's $HOME" } } },
      },
      responses: {},
    };
    const components = { schemas: {}, responses: {}, parameters: {}, headers: {}, securitySchemes: {} };
    const info = { title: '', version: '', summary: '', description: '', license: { name: '', identifier: '' } };
    const servers = [{ url: 'https://control.example', description: '' }];
    const document: Document = { openapi: '3.1.1', info, servers, tags: [], security: [], paths: {}, components };
    expect(argumentsOf(curl(document, operation, { method: 'post', path: '/say' }))).toContain(
      `{"words":"it's $HOME"}`,
    );
  });
});
