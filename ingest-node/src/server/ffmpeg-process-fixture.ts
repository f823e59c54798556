import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a program of FFmpeg's said and how it ended. */
export interface FfmpegRun {
  readonly exitCode: number | null;
  /** On its stderr. */
  readonly said: string;
  readonly printed: string;
}

/** Runs a fixture program in a process of its own, because node-av is never in one with sockets. */
export function runFfmpegProgram(path: string, words: readonly string[]): Promise<FfmpegRun> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // SVT-AV1 reads its log level from here, and nowhere else.
    env: { ...process.env, SVT_LOG: '0' },
  });
  let said = '';
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += String(text);
  });
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, said, printed }));
  });
}

export function ffmpegPublishes(...words: readonly string[]): Promise<FfmpegRun> {
  return runFfmpegProgram(fileURLToPath(new URL('ffmpeg-publisher-fixture.ts', import.meta.url)), words);
}

export function ffmpegPlays(...words: readonly string[]): Promise<FfmpegRun> {
  return runFfmpegProgram(fileURLToPath(new URL('ffmpeg-player-fixture.ts', import.meta.url)), words);
}
