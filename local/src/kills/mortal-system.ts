import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { adminTokenPath } from '../admin-token.ts';
import { LOCAL_HOST, type Ports, portsWithOffset } from '../ports.ts';
import { commandOf, descendantPids } from '../process-list.ts';

/** Loading everything on a busy machine. */
const READY_MS_MAX = 90_000;
const LOOK_EVERY_MS = 50;

export interface MortalSystemOptions {
  readonly dataDirectory: string;
  readonly portOffset: number;
}

/** `npm start` in processes of its own, which are killed without a word and started again over the same data. */
export class MortalSystem {
  readonly ports: Ports;
  readonly #options: MortalSystemOptions;
  #main: ChildProcess | undefined;

  constructor(options: MortalSystemOptions) {
    this.#options = options;
    this.ports = portsWithOffset(options.portOffset);
  }

  get controlUrl(): string {
    return `http://${LOCAL_HOST}:${this.ports.control}`;
  }

  get edgeUrl(): string {
    return `http://${LOCAL_HOST}:${this.ports.edge}`;
  }

  get rtmpUrl(): string {
    return `rtmp://${LOCAL_HOST}:${this.ports.rtmp}/live`;
  }

  async adminToken(): Promise<string> {
    return (await readFile(adminTokenPath(this.#options.dataDirectory), 'utf8')).trim();
  }

  /** Resolves once every part answers. */
  async start(): Promise<void> {
    const main = fileURLToPath(new URL('../start.ts', import.meta.url));
    const { dataDirectory, portOffset } = this.#options;
    const words = ['--no-demo', '--data', dataDirectory, '--port-offset', String(portOffset)];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...words], {
      stdio: ['ignore', 'ignore', process.env.SLUICE_KILLS_LOG === undefined ? 'ignore' : 'inherit'],
      // A process group: all of it can be killed at one instant.
      detached: true,
    });
    this.#main = child;
    const untilMs = Date.now() + READY_MS_MAX;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('the system ended while it started');
      if (Date.now() > untilMs) throw new Error(`the system was not ready after ${READY_MS_MAX} ms`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Kills one of its processes, whichever `which` falls upon; resolves with what it runs. The others are left to it. */
  async killOne(which: number): Promise<string> {
    const victims = [this.#pid, ...(await descendantPids(this.#pid))];
    const victim = victims[which % victims.length] ?? this.#pid;
    const name = await commandOf(victim).catch(() => 'one that was just gone');
    tryKill(victim);
    return name;
  }

  /** Kills all that is left of it, at one instant. */
  async killAll(): Promise<void> {
    const main = this.#main;
    if (main === undefined) return;
    const isGone = main.exitCode !== null || main.signalCode !== null;
    const gone = isGone ? undefined : once(main, 'exit');
    // Its children may have outlived it; they are in its group.
    tryKill(-this.#pid);
    await gone;
  }

  async close(): Promise<void> {
    if (this.#main === undefined || this.#main.exitCode !== null || this.#main.signalCode !== null) return;
    const gone = once(this.#main, 'exit');
    this.#main.kill('SIGTERM');
    await gone;
  }

  get #pid(): number {
    if (this.#main?.pid === undefined) throw new Error('nothing was started');
    return this.#main.pid;
  }

  async #isReady(): Promise<boolean> {
    const urls = [
      `${this.controlUrl}/healthz`,
      `${this.edgeUrl}/time`,
      `http://${LOCAL_HOST}:${this.ports.metrics}/readyz`,
    ];
    const answers = await Promise.all(
      urls.map((url) =>
        fetch(url)
          .then((answer) => answer.ok)
          .catch(() => false),
      ),
    );
    return answers.every((isOk) => isOk);
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
