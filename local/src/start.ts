import { resolve } from 'node:path';
import { adminTokenPath } from './admin-token.ts';
import { CommandLineError, parseStartOptions, type StartOptions, USAGE } from './command-line.ts';
import { PortTakenError, portsWithOffset, regionPorts } from './ports.ts';
import { regionNewsLine, regionsWelcome } from './regions/region-words.ts';
import type { RegionsOptions } from './regions/regions.ts';
import { type System, startSystem } from './system.ts';

/** `npm start`: everything on this machine, until Ctrl-C. */
async function main(): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const stopped = askedToStop();
  const system = await startSystem({
    ports: portsWithOffset(options.portOffset),
    dataDirectory: resolve(options.dataDirectory),
    profile: options.profile,
    isDemoOn: options.isDemoOn,
    arePrivateTargetsAllowed: options.arePrivateTargetsAllowed,
    logLevel: 'warn',
    log: 'inherit',
    ...(options.regionCount > 1 && { regions: regionsOf(options) }),
  });
  process.stdout.write(welcome(system, options));
  const failure = await Promise.race([stopped, system.failed]);
  if (failure !== undefined) process.stderr.write(`${failure}\n`);
  await system.close();
  return failure === undefined ? 0 : 1;
}

/** So long ECS takes at the least to start a task in the place of one that ended. */
const RESTART_AFTER_MS = 20_000;

function regionsOf({ regionCount, portOffset }: StartOptions): RegionsOptions {
  return {
    ports: Array.from({ length: regionCount }, (_, index) => regionPorts(portOffset, index)),
    restartAfterMs: RESTART_AFTER_MS,
    onNews: (region, news) => process.stdout.write(regionNewsLine(region, news, RESTART_AFTER_MS)),
  };
}

/** Resolves at the first Ctrl-C or SIGTERM; a second Ctrl-C ends at once. */
function askedToStop(): Promise<undefined> {
  return new Promise((resolveStop) => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      // npm passes the terminal's SIGINT on, so one Ctrl-C arrives twice; only a third is impatience.
      if (asked > 2) process.exit(130);
      if (asked > 1) return;
      process.stdout.write('\nStopping ...\n');
      resolveStop(undefined);
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
    process.on('SIGHUP', ask);
  });
}

function welcome(system: System, options: StartOptions): string {
  const demo = options.isDemoOn
    ? 'The demo picture is on; it stands aside when you publish.'
    : 'The demo picture is off: the channel waits for you.';
  return `
  Sluice runs.  ${demo}

  Console    ${system.edgeUrl}/
  Watch      ${system.edgeUrl}/watch/${system.channelId}
  Playlist   ${system.edgeUrl}/live/${system.channelId}/index.m3u8   (profile ${options.profile})

  Publish from OBS: Settings > Stream > Service "Custom..."
    Server      ${system.rtmpUrl}
    Stream Key  ${system.streamKey}
  or from ffmpeg:
    ffmpeg -re -i video.mp4 -c:v libx264 -tune zerolatency -g 60 -c:a aac -f flv ${system.rtmpUrl}/${system.streamKey}
  or over SRT, or RTMPS with a certificate of its own making:
    ${system.srtUrl}?streamid=${system.streamKey}
    ${system.rtmpsUrl}/${system.streamKey}
  or renditions that your encoder makes, as CMAF over HTTP:
    ${system.cmafUrl}/${system.streamKey}/Streams(name).cmfv
${regionsWelcome(system.regions)}
  Control    ${system.controlUrl}   (its token: ${adminTokenPath(options.dataDirectory)})
  Metrics    ${system.metricsUrl}

  Ctrl-C ends everything.
`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommandLineError) process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  else if (error instanceof PortTakenError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`Sluice could not start: ${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exitCode = 1;
}
