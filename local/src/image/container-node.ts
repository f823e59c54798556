import { chown, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestProcess } from '../ingest-process.ts';
import type { BuiltImage } from './buildah.ts';
import { Container } from './container.ts';
import { seccompOf } from './docker-profile.ts';
import { type BoundFile, bundleConfig } from './oci-bundle.ts';

/** Docker's and Podman's list of system calls; comes with buildah. */
const PROFILE = '/usr/share/containers/seccomp.json';
const READY_MS_MAX = 60_000;
const LOOK_EVERY_MS = 10;
/** It drains its broadcasts. */
const STOP_MS_MAX = 30_000;
const SECRETS = '/run/secrets';

export interface ContainerNodeOptions {
  readonly image: BuiltImage;
  /** Where its bundle and its log are kept. Must not be there. */
  readonly directory: string;
  /** As a process of this machine would have it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
}

/** The ingest node in a container of its image. */
export interface ContainerNode extends IngestProcess {
  readonly container: Container;
  /** From the start of the runtime until `/readyz` said yes. */
  readonly readyMs: number;
}

/** Starts it, and resolves once it takes publishers. */
export async function startContainerNode(options: ContainerNodeOptions): Promise<ContainerNode> {
  const { image, directory, environment, entrypoint } = options;
  const { files, variables } = await secretsOf(environment, image.config.User, directory);
  const seccomp = seccompOf(JSON.parse(await readFile(PROFILE, 'utf8')), process.arch);
  const config = bundleConfig({ image, environment: variables, files, entrypoint, seccomp });
  const beganMs = performance.now();
  const container = await Container.run(directory, config, image.config.User);
  try {
    await untilReady(container, `http://127.0.0.1:${environment.SLUICE_METRICS_PORT}/readyz`);
  } catch (error) {
    await container.close();
    throw error;
  }
  const readyMs = performance.now() - beganMs;
  const ended = container.ended.then((code) => `The container ended (${code === null ? 'killed' : `code ${code}`}).`);
  return { container, readyMs, pid: container.pid, ended, close: () => stop(container) };
}

/** The address is the image's own; files of secrets are handed in as an orchestrator does, readable by its user alone. */
async function secretsOf(environment: Readonly<Record<string, string>>, user: string, directory: string) {
  const variables = new Map(Object.entries(environment));
  variables.delete('SLUICE_HOST');
  const files: BoundFile[] = [];
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  for (const name of ['SLUICE_TLS_CERT_FILE', 'SLUICE_TLS_KEY_FILE']) {
    const path = variables.get(name);
    if (path === undefined) continue;
    const from = `${directory}-${name}`;
    await copyFile(path, from);
    await chown(from, uid, gid);
    const to = join(SECRETS, name);
    files.push({ from, to });
    variables.set(name, to);
  }
  return { files, variables: Object.fromEntries(variables) };
}

async function untilReady(container: Container, url: string): Promise<void> {
  const untilMs = performance.now() + READY_MS_MAX;
  let hasEnded = false;
  void container.ended.then(() => {
    hasEnded = true;
  });
  for (;;) {
    const isReady = await fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false);
    if (isReady) return;
    if (hasEnded) throw new Error(`The container ended before it was ready: ${await container.log()}`);
    if (performance.now() > untilMs) throw new Error(`The container was not ready: ${await container.log()}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function stop(container: Container): Promise<void> {
  container.signal('SIGTERM');
  const timer = setTimeout(() => container.signal('SIGKILL'), STOP_MS_MAX);
  await container.ended;
  clearTimeout(timer);
}
