import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, LOCAL_HOST } from '../ports.ts';
import { FfmpegPush } from '../publish/ffmpeg-push.ts';
import type { TestSystem } from '../test-system.ts';
import { untilLive, untilOffline } from '../until-live.ts';
import type { BuiltImage } from './buildah.ts';
import { type ContainerNode, startContainerNode } from './container-node.ts';
import { containerProcesses } from './container-processes.ts';

/** A player shows so many pictures before it counts as playing. */
const PICTURES = 60;
const SOON_MS_MAX = 60_000;
const LOOK_EVERY_MS = 100;
/** Longer than the orphans below live. */
const ORPHANS_END_MS = 1_000;
/** What nobody reaped so long after its end is not going to be. */
const NEVER_REAPED_MS = 2_000;
const TRANSCODER = 'transcode/child/main.ts';
const CHILDREN = [TRANSCODER, 'srt/receiver/main.ts'];
/** docs/adr/0014. */
const FILTERS_OF_A_CHILD = 2;
const OUR_SOURCE = '/app/ingest-node/src/';

export interface ImageTrialOptions {
  readonly image: BuiltImage;
  /** Where containers have their bundles. */
  readonly directory: string;
  /** All that an ingest node speaks to. */
  readonly test: TestSystem;
  /** Is told each thing that was as it should be, and what was seen of it. */
  readonly tell: (what: string, shown: string) => void;
}

/** What the image promises, looked at in containers of it, beside a system that has all but this ingest node. */
export class ImageTrial {
  readonly #image: BuiltImage;
  readonly #directory: string;
  readonly #test: TestSystem;
  readonly #tell: ImageTrialOptions['tell'];
  #started = 0;

  constructor({ image, directory, test, tell }: ImageTrialOptions) {
    this.#image = image;
    this.#directory = directory;
    this.#test = test;
    this.#tell = tell;
  }

  /** Throws a sentence at the first thing that is not as it should be. A picture of the watch page goes to `screenshot`. */
  async go(screenshot: string): Promise<void> {
    const { node, ports } = await this.#start();
    await using _ = { [Symbol.asyncDispose]: () => node.close() };
    this.#tell('ready after', `${node.readyMs.toFixed(0)} ms, counted from the runtime’s start`);
    await this.#seesItsUser(node);
    await this.#cannotWrite(node);
    await this.#isHealthy(node, ports.metrics);
    const key = this.#test.system.streamKey;
    await this.#publishes(`rtmp://${LOCAL_HOST}:${ports.rtmp}/live/${key}`, node, () => this.#isSeen(node, screenshot));
    await this.#publishes(`rtmps://${LOCAL_HOST}:${ports.rtmps}/live/${key}`, node);
    await this.#publishes(`srt://${LOCAL_HOST}:${ports.srt}?streamid=${key}`, node);
    await this.#reapsOrphans(node);
    await this.#endsInOrder(node, `rtmp://${LOCAL_HOST}:${ports.rtmp}/live/${key}`);
    await this.#withoutInit();
  }

  async #start(entrypoint?: readonly string[]) {
    const ports = await freePorts();
    const started: ContainerNode[] = [];
    await this.#test.system.startIngestNode(ports, {
      start: async (environment) => {
        this.#started += 1;
        const directory = join(this.#directory, String(this.#started));
        const options = { image: this.#image, directory, environment, ...(entrypoint && { entrypoint }) };
        const node = await startContainerNode(options);
        started.push(node);
        return node;
      },
    });
    const [node] = started;
    if (node === undefined) throw new Error('no container was started');
    return { node, ports };
  }

  async #seesItsUser({ container }: ContainerNode): Promise<void> {
    const all = await containerProcesses(container.pid);
    const users = [...new Set(all.map(({ uid }) => uid))];
    const wanted = Number(this.#image.config.User.split(':')[0]);
    if (users.join() !== String(wanted) || wanted === 0) throw new Error(`its processes are of users ${users.join()}`);
    this.#tell('its processes', all.map(({ script }) => script.replace(OUR_SOURCE, '')).join(', '));
    this.#tell('their user', users.join());
  }

  async #cannotWrite({ container }: ContainerNode): Promise<void> {
    const places = ['/app/x', '/tmp/x', '/var/tmp/x', '/run/x', '/x'];
    for (const place of places) {
      const { code, said } = await container.exec(['sh', '-c', `echo 1 > ${place}`]);
      if (code === 0 || !said.includes('Read-only file system')) throw new Error(`${place}: ${said}`);
    }
    const volumes = Object.keys(this.#image.config.Volumes ?? {});
    this.#tell('read-only, and it runs', `${places.join(', ')} refused; its volumes: ${volumes.join(', ') || 'none'}`);
  }

  async #isHealthy({ container }: ContainerNode, metricsPort: number): Promise<void> {
    const [, ...check] = this.#image.config.Healthcheck.Test;
    const SLUICE_HOST = '0.0.0.0';
    const good = await container.exec(check, { SLUICE_HOST, SLUICE_METRICS_PORT: String(metricsPort) });
    const bad = await container.exec(check, { SLUICE_HOST, SLUICE_METRICS_PORT: '9' });
    if (good.code !== 0 || bad.code !== 1) throw new Error(`the health check: ${good.code} ${good.said}, ${bad.code}`);
    this.#tell('its health check', `0; at a port where nobody is: ${bad.code}, "${bad.said.trim()}"`);
  }

  async #publishes(url: string, node: ContainerNode, look?: () => Promise<void>): Promise<void> {
    const scheme = url.slice(0, url.indexOf(':'));
    const push = new FfmpegPush(url);
    await untilLive(this.#test.statusUrl);
    this.#tell(`${scheme}: ffmpeg’s push is live`, await this.#confined(node));
    await look?.();
    await push.stop();
    await untilOffline(this.#test.statusUrl);
    await this.#hasNoZombie(node, `after the publisher by ${scheme} left`);
  }

  /** The children that read what strangers send have more filters upon them than the container itself. */
  async #confined({ container }: ContainerNode): Promise<string> {
    const all = await containerProcesses(container.pid);
    const own = Math.min(...all.map(({ filterCount }) => filterCount));
    const children = all.filter(({ script }) => CHILDREN.some((child) => script.endsWith(child)));
    // A spare has the second of its two filters only once it has loaded.
    const counts = children.map(({ script, filterCount }) => `${script.replace(OUR_SOURCE, '')} ${filterCount}`);
    const isConfined = children.some(({ filterCount }) => filterCount >= own + FILTERS_OF_A_CHILD);
    const log = await container.log();
    if (!isConfined || /not confined|unconfined/i.test(log)) throw new Error(`filters: ${counts.join(', ')}; ${log}`);
    return `filters upon the container ${own}, upon ${counts.join(', upon ')}`;
  }

  async #isSeen(node: ContainerNode, screenshot: string): Promise<void> {
    const { page, probe, close } = await this.#test.newPage();
    await page.goto(this.#test.watchUrl);
    await probe.until('pictures', ({ frames }) => frames.length >= PICTURES, SOON_MS_MAX);
    await writeFile(screenshot, await page.screenshot());
    this.#tell('Chromium shows it', `${PICTURES} pictures; looked like ${screenshot}`);
    await this.#killTranscoder(node);
    await probe.forget();
    await probe.until('pictures after the kill', ({ frames }) => frames.length >= PICTURES, SOON_MS_MAX);
    this.#tell('its transcoder is killed, and the picture goes on', `${PICTURES} more pictures`);
    await this.#hasNoZombie(node, 'after the transcoder was killed');
    await close();
  }

  async #killTranscoder({ container }: ContainerNode): Promise<void> {
    const all = await containerProcesses(container.pid);
    const pids = all.filter(({ script }) => script.endsWith(TRANSCODER)).map(({ pid }) => String(pid));
    // The spare, too: it is of the same program.
    await container.exec(['sh', '-c', `kill -9 ${pids.join(' ')}`]);
  }

  async #reapsOrphans(node: ContainerNode): Promise<void> {
    await plantOrphans(node);
    await this.#hasNoZombie(node, 'after three orphans ended');
  }

  async #hasNoZombie({ container }: ContainerNode, when: string): Promise<void> {
    const untilMs = Date.now() + SOON_MS_MAX;
    for (;;) {
      const all = await containerProcesses(container.pid);
      const zombies = all.filter(({ isZombie }) => isZombie);
      if (zombies.length === 0) return this.#tell(`zombies ${when}`, `0 of ${all.length} processes`);
      if (Date.now() > untilMs) throw new Error(`${zombies.length} zombies ${when}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #endsInOrder({ container }: ContainerNode, url: string): Promise<void> {
    const push = new FfmpegPush(url);
    await untilLive(this.#test.statusUrl);
    const before = await container.log();
    const beganMs = performance.now();
    container.signal('SIGTERM');
    const code = await container.ended;
    await push.kill();
    const log = await container.log();
    // At this level the node says what it could not finish: a segment, an announcement, the lease.
    const left = log.slice(before.length);
    if (code !== 0 || left !== '') throw new Error(`it ended with ${code}: ${left}`);
    this.#tell('SIGTERM with a publisher that is live', `code 0 after ${(performance.now() - beganMs).toFixed(0)} ms`);
  }

  /** The same without the image's init, which shows what the init is for. */
  async #withoutInit(): Promise<void> {
    const entrypoint = this.#image.config.Entrypoint;
    const withoutInit = entrypoint.slice(entrypoint.indexOf('--') + 1);
    const { node } = await this.#start(['/usr/local/bin/node', ...withoutInit.slice(1)]);
    await using _ = { [Symbol.asyncDispose]: () => node.close() };
    await plantOrphans(node);
    await sleep(NEVER_REAPED_MS);
    const zombies = (await containerProcesses(node.container.pid)).filter(({ isZombie }) => isZombie);
    this.#tell('the same with Node as the first process', `${zombies.length} zombies of three orphans`);
  }
}

/** Three processes whose parent has ended, and which end themselves. */
async function plantOrphans({ container }: ContainerNode): Promise<void> {
  await container.exec(['sh', '-c', '(sleep 0.2 & sleep 0.3 & sleep 0.4 &)']);
  await sleep(ORPHANS_END_MS);
}
