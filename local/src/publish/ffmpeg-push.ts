import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How FFmpeg's program ended. */
export interface PushEnd {
  readonly code: number;
  readonly atMs: number;
}

const PICTURE = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30'];
const SOUND = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '60', '-c:a', 'aac'];

/** The machine's own `ffmpeg`, pushing a test picture and a tone as a team would. */
export class FfmpegPush {
  readonly ended: Promise<PushEnd>;
  readonly #child: ReturnType<typeof spawn>;

  /** `url` is the whole address with its key; the container follows from it: MPEG-TS for SRT, else FLV. */
  constructor(url: string) {
    const format = url.startsWith('srt:') ? 'mpegts' : 'flv';
    const words = ['-v', 'error', ...PICTURE, ...SOUND, ...CODECS, '-f', format, url];
    this.#child = spawn('ffmpeg', words, { stdio: ['pipe', 'ignore', 'ignore'] });
    this.ended = once(this.#child, 'exit').then(([code]) => ({ code: Number(code), atMs: Date.now() }));
  }

  /** Stops as a person who presses `q` does. */
  async stop(): Promise<void> {
    this.#child.stdin?.end('q');
    await this.ended;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
