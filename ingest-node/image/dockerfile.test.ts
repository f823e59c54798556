import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { V8_ARGUMENTS } from '../src/v8-arguments.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** Instructions in their order, without comments, each on one line. */
const INSTRUCTIONS = read('ingest-node/Dockerfile')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), words: line.slice(line.indexOf(' ') + 1).trim() }));

function wordsOf(name: string): string[] {
  return INSTRUCTIONS.filter((instruction) => instruction.name === name).map(({ words }) => words);
}

describe('the Dockerfile of the ingest node', () => {
  it('begins every stage with Node 24 on Debian’s slim bookworm, or with an earlier stage', () => {
    expect(wordsOf('FROM')).toEqual(['node:24-bookworm-slim AS base', 'base AS build', 'base']);
    expect(wordsOf('ARG')).toEqual([]);
  });

  it('runs as a numbered user without privileges', () => expect(wordsOf('USER')).toEqual(['10001:10001']));

  it('writes nowhere: it has no volume', () => expect(wordsOf('VOLUME')).toEqual([]));

  it('starts the node behind an init, with the arguments that local mode starts it with', () => {
    const [entrypoint = ''] = wordsOf('ENTRYPOINT');
    expect(JSON.parse(entrypoint)).toEqual([
      '/usr/bin/tini',
      '--',
      'node',
      '--disable-warning=ExperimentalWarning',
      ...V8_ARGUMENTS,
      'ingest-node/src/main.ts',
    ]);
  });

  it('listens beyond the container, on the ports that it exposes', () => {
    expect(wordsOf('ENV').join()).toContain('SLUICE_HOST=0.0.0.0');
    expect(wordsOf('EXPOSE')).toEqual(['1935 1936 8890/udp 8082']);
    expect(wordsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(wordsOf('HEALTHCHECK').join()).toContain('"ingest-node/src/operations/health-check.ts"');
  });

  it('says the version of the repository', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    expect(wordsOf('LABEL').join()).toContain(`org.opencontainers.image.version="${version}"`);
  });

  it('names no processor and no registry', () => {
    expect(read('ingest-node/Dockerfile')).not.toMatch(/--platform|TARGETARCH|x86_64|aarch64|--registry/);
  });
});

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      cpu: z.array(z.string()).optional(),
      os: z.array(z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

describe('the lock file', () => {
  const { packages } = Lock.parse(JSON.parse(read('package-lock.json')));

  it.each(['node-av', 'koffi'])('has the binaries of %s for both processors of the image', (name) => {
    const whole = packages[`node_modules/${name}`];
    const binaries = Object.keys(whole?.optionalDependencies ?? {}).map((of) => packages[`node_modules/${of}`]);
    for (const cpu of ['x64', 'arm64']) {
      const found = binaries.filter((binary) => binary?.os?.includes('linux') && binary.cpu?.includes(cpu));
      expect(found.map((binary) => binary?.version)).toEqual([whole?.version]);
    }
  });
});
