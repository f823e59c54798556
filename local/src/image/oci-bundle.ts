import type { BuiltImage } from './buildah.ts';
import type { OciSeccomp } from './docker-profile.ts';

/** A file of this machine inside of the container, read-only. */
export interface BoundFile {
  readonly from: string;
  readonly to: string;
}

export interface BundleOptions {
  readonly image: BuiltImage;
  /** Wins over the image's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly BoundFile[];
  /** In place of the image's, for what is to be shown by the difference. */
  readonly entrypoint?: readonly string[] | undefined;
  readonly seccomp: OciSeccomp;
}

/**
 * `config.json` of an OCI bundle (runtime-spec 1.0): the image as it is, its root read-only, without any capability, with
 * Docker's list of system calls, and on this machine's network. Stricter than `docker run --read-only`, which leaves a
 * few capabilities: to a user without privileges they are nothing.
 */
export function bundleConfig({ image, environment, files, entrypoint, seccomp }: BundleOptions): object {
  const { config, root } = image;
  const [uid = 0, gid = 0] = config.User.split(':').map(Number);
  const given = new Map([...config.Env.map(pairOf), ...Object.entries(environment)]);
  const none = { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] };
  return {
    ociVersion: '1.0.2',
    root: { path: root, readonly: true },
    hostname: 'container',
    process: {
      user: { uid, gid },
      args: entrypoint ?? config.Entrypoint,
      env: [...given].map(([name, value]) => `${name}=${value}`),
      cwd: config.WorkingDir,
      capabilities: none,
      noNewPrivileges: true,
    },
    mounts: [...SYSTEM_MOUNTS, ...volumes(config.Volumes), ...files.map(bind)],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      maskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      seccomp,
    },
  };
}

const SYSTEM_MOUNTS: readonly object[] = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'size=65536k'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

function volumes(paths: Readonly<Record<string, unknown>> | null | undefined): object[] {
  return Object.keys(paths ?? {}).map((destination) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'nodev', 'mode=1777'],
  }));
}

function bind({ from, to }: BoundFile): object {
  return { destination: to, type: 'bind', source: from, options: ['bind', 'ro'] };
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
