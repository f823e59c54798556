import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { outputOf } from './program.ts';

/** What of an image decides how a container of it is run, as `buildah inspect` tells it. */
const Inspected = z.object({
  Docker: z.object({
    config: z.object({
      User: z.string(),
      Env: z.array(z.string()),
      WorkingDir: z.string(),
      Entrypoint: z.array(z.string()),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      Healthcheck: z.object({ Test: z.array(z.string()) }),
      ExposedPorts: z.record(z.string(), z.unknown()),
      StopSignal: z.string(),
    }),
  }),
  Manifest: z.string().transform((text) => Manifest.parse(JSON.parse(text))),
});
const Manifest = z.object({ layers: z.array(z.object({ size: z.int().nonnegative() })) });

/** An image that was built, unpacked. */
export interface BuiltImage {
  readonly config: z.infer<typeof Inspected>['Docker']['config'];
  /** Bytes of each layer, not compressed. */
  readonly layerBytes: readonly number[];
  /** Its root directory. */
  readonly root: string;
}

/** Images in a store of their own, made without a Docker engine. Needs root. */
export class Buildah {
  readonly #words: readonly string[];

  /** Everything it keeps is below `directory`. */
  constructor(directory: string) {
    const stores = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run')];
    // vfs: plain directories, which any file system can do.
    this.#words = [...stores, '--storage-driver', 'vfs'];
  }

  async has(name: string): Promise<boolean> {
    const listed = await this.#run(['images', '--format', '{{.Name}}:{{.Tag}}']);
    return listed.split('\n').includes(name);
  }

  /** Keeps a directory as an image of one layer. */
  async commitDirectory(directory: string, name: string, environment: readonly string[]): Promise<void> {
    const container = (await this.#run(['from', 'scratch'])).trim();
    await this.#run(['add', '--quiet', container, directory, '/']);
    await this.#run(['config', ...environment.flatMap((pair) => ['--env', pair]), container]);
    await this.#run(['commit', '--quiet', '--rm', '--format', 'docker', container, name]);
  }

  /**
   * Builds a Dockerfile as it is. `mounts` (`from:to:ro`) are there while its commands run, and in no layer. No image is
   * fetched: what FROM names must be here.
   */
  async build(options: {
    readonly dockerfile: string;
    readonly context: string;
    readonly name: string;
    readonly mounts: readonly string[];
  }): Promise<void> {
    const { dockerfile, context, name, mounts } = options;
    const volumes = mounts.flatMap((mount) => ['--volume', mount]);
    const how = ['--isolation', 'chroot', '--format', 'docker', '--pull-never', '--layers=false', ...volumes];
    await this.#run(['bud', ...how, '--file', dockerfile, '--tag', name, context]);
  }

  async unpack(name: string): Promise<BuiltImage> {
    const inspected = await this.#run(['inspect', '--type', 'image', name]);
    const { Docker, Manifest } = Inspected.parse(JSON.parse(inspected));
    const container = (await this.#run(['from', '--pull-never', name])).trim();
    const root = (await this.#run(['mount', container])).trim();
    if (!existsSync(root)) throw new Error(`buildah did not unpack ${name}`);
    return { config: Docker.config, layerBytes: Manifest.layers.map(({ size }) => size), root };
  }

  async #run(words: readonly string[]): Promise<string> {
    return await outputOf('buildah', [...this.#words, ...words]);
  }
}
