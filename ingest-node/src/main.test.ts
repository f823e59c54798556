import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply, ScriptedPeer } from './control/scripted-peer.ts';
import { EcsAgent } from './ecs/ecs-agent-fixture.ts';

/** A process that must load everything on a busy machine. */
const PROCESS_MS_MAX = 30_000;

let peer: ScriptedPeer;
beforeEach(async () => {
  peer = await ScriptedPeer.listen(() => problemReply(403, 'unknown-stream-key'));
});
afterEach(() => peer[Symbol.asyncDispose]());

function environment(): Record<string, string> {
  return {
    SLUICE_NODE_ID: 'node-1',
    SLUICE_RTMP_PORT: '0',
    SLUICE_METRICS_PORT: '0',
    SLUICE_CONTROL_URL: peer.url,
    SLUICE_EDGE_URL: peer.url,
    SLUICE_NODE_TOKEN: 'a-token-of-more-than-16',
    SLUICE_BUCKET: 'media',
    SLUICE_S3_ENDPOINT: peer.url,
    SLUICE_S3_ACCESS_KEY_ID: 'id',
    SLUICE_S3_SECRET_ACCESS_KEY: 'secret-of-the-bucket',
  };
}

function start(env: Record<string, string>) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output: Buffer[] = [];
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (bytes: Buffer) => output.push(bytes));
  const exited = endOf(child).then((end) => ({ ...end, output: Buffer.concat(output).toString() }));
  return { child, exited };
}

/** Not its 'close', which never comes once the channel to it was closed from here. */
async function endOf(child: ChildProcess): Promise<{ readonly code: unknown; readonly signal: unknown }> {
  const pipes = [child.stdout, child.stderr].map((pipe) => pipe && once(pipe, 'end'));
  const [code, signal] = await once(child, 'exit');
  await Promise.all(pipes);
  return { code, signal };
}

describe('the process of an ingest node', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says when it listens, ends in order on %s, and tells no secret',
    async (signal) => {
      const { child, exited } = start(environment());
      expect((await once(child, 'message'))[0]).toBe('ready');
      child.kill(signal);
      const end = await exited;
      expect(end).toMatchObject({ code: 0, signal: null });
      expect(end.output).toContain('"msg":"listening"');
      expect(end.output).not.toMatch(/a-token-of|secret-of/);
    },
    PROCESS_MS_MAX,
  );

  it(
    'is named after its task in ECS, watches over itself, and ends in order all the same',
    async () => {
      await using agent = await EcsAgent.start();
      const { SLUICE_NODE_ID: _, ...nameless } = environment();
      const inEcs = { ECS_AGENT_URI: agent.url, ECS_CONTAINER_METADATA_URI_V4: agent.metadataUrl };
      const { child, exited } = start({ ...nameless, ...inEcs });
      await once(child, 'message');
      child.kill('SIGTERM');
      const end = await exited;
      expect(end).toMatchObject({ code: 0, signal: null });
      expect(end.output).toMatch(
        /"nodeId":"eu-west-1-8f03e41243824aea923aca126495f665-[0-9a-f]{6}".*"msg":"listening"/,
      );
      expect(end.output).toContain('"isLast":true');
    },
    PROCESS_MS_MAX,
  );

  it(
    'ends when whoever started it is gone',
    async () => {
      const { child, exited } = start(environment());
      await once(child, 'message');
      child.disconnect();
      expect(await exited).toMatchObject({ code: 0 });
    },
    PROCESS_MS_MAX,
  );

  it(
    'does not start in an environment that is not complete, and names what is missing',
    async () => {
      const end = await start({ ...environment(), SLUICE_CONTROL_URL: '', SLUICE_NODE_TOKEN: 'short-token' }).exited;
      expect(end.code).toBe(1);
      expect(end.output).toMatch(/SLUICE_CONTROL_URL/);
      expect(end.output).not.toContain('short-token');
    },
    PROCESS_MS_MAX,
  );

  it(
    'ends itself when it does not get to listen, also where a thread of its own stands for ever',
    async () => {
      await using directory = await mkdtempDisposable(join(tmpdir(), 'sluice-main-'));
      // Who reads it waits for somebody who writes.
      const file = join(directory.path, 'certificate');
      execFileSync('mkfifo', [file]);
      const tls = { SLUICE_TLS_CERT_FILE: file, SLUICE_TLS_KEY_FILE: file };
      const end = await start({ ...environment(), ...tls, SLUICE_START_S: '1' }).exited;
      expect(end).toMatchObject({ code: null, signal: 'SIGKILL' });
      expect(end.output).toContain('The ingest node did not start: it does not listen after 1 s');
    },
    PROCESS_MS_MAX,
  );

  it(
    'says in a line that a port is taken',
    async () => {
      const { port } = new URL(peer.url);
      const end = await start({ ...environment(), SLUICE_RTMP_PORT: port }).exited;
      expect(end.code).toBe(1);
      expect(end.output).toMatch(new RegExp(`EADDRINUSE.*${port}`));
    },
    PROCESS_MS_MAX,
  );
});
