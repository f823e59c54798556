import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readWorkerConfig } from './wrangler-config.ts';

const REAL = fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc'));

async function written(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'sluice-test-')), 'wrangler.jsonc');
  await writeFile(path, text);
  return path;
}

describe('wrangler.jsonc', () => {
  it('is read with its comments, without what is wrangler’s alone', () => {
    const config = readWorkerConfig(REAL);
    expect(config.migrations.map(({ tag }) => tag)).toEqual(['v1', 'v2']);
    expect(config).not.toHaveProperty('main');
  });

  it('with something that the deployment does not know is refused, and says what', async () => {
    const more = { ...readWorkerConfig(REAL), name: 'x', main: 'x', kv_namespaces: [{ binding: 'KV', id: 'x' }] };
    const path = await written(JSON.stringify(more));
    expect(() => readWorkerConfig(path)).toThrow(/does not know:(.|\n)*kv_namespaces/);
  });

  it.each(['CONSOLE_ACCESS', 'CONSOLE_TOKEN'])('opens the console to nobody: %s is refused', async (name) => {
    const config = readWorkerConfig(REAL);
    const more = { ...config, name: 'x', main: 'x', vars: { ...config.vars, [name]: 'open' } };
    const path = await written(JSON.stringify(more));
    expect(() => readWorkerConfig(path)).toThrow(/for local mode alone/);
  });

  it('that is no JSON is refused, and says where', async () => {
    const path = await written('{ "name": }');
    expect(() => readWorkerConfig(path)).toThrow(/ValueExpected at byte 10/);
  });
});
