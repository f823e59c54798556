import { type Logger, pino } from 'pino';
import { nameNode } from './ecs/node-name.ts';
import { IngestNode } from './node.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';
import { StartLimit } from './watchdog/start-limit.ts';
import { Watchdog } from './watchdog/watchdog.ts';

/** A container is killed 120 s after SIGTERM (ECS's longest stopTimeout); what is not finished before that is cut off in order. */
const STOP_MS_MAX = 110_000;
/** Asked more often than npm's own repetition of a Ctrl-C: somebody is in a hurry. */
const IMPATIENT_SIGNALS = 3;

/** The ingest node as a process: environment in, exit code out. */
async function main(): Promise<void> {
  const { nodeId, why } = await nameNode(process.env);
  const settings = readSettings(process.env, nodeId);
  const logger = pino({ level: settings.logLevel, base: { nodeId: settings.nodeId } });
  if (why !== undefined) logger.warn({ why }, 'the task did not tell its name: the node has one of its own');
  if (settings.watchdogMs > 0) watch(settings, logger);
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught: the node ends');
    process.exit(1);
  });
  const limit = await StartLimit.begin(settings.startMs);
  const node = await IngestNode.start(settings, logger);
  limit.started();
  const { servers, operationsPort } = node;
  const ports = {
    rtmpPort: servers.rtmp.port,
    rtmpsPort: servers.rtmps?.port,
    srtPort: servers.srt.port,
    cmafPort: servers.cmaf?.port,
  };
  logger.info({ host: settings.host, ...ports, operationsPort }, 'listening');
  stopWhenAsked(node, logger);
  process.send?.('ready');
}

function watch({ watchdogMs, nodeId }: Settings, logger: Logger): void {
  const onGone = (gone: string) => logger.error({ why: gone }, 'nobody ends this node if its event loop stands');
  new Watchdog({ standsMs: watchdogMs, nodeId, onGone });
}

function stopWhenAsked(node: IngestNode, logger: Logger): void {
  let asked = 0;
  const stop = (why: string) => {
    asked += 1;
    if (asked >= IMPATIENT_SIGNALS) process.exit(1);
    if (asked > 1) return;
    logger.info({ why }, 'asked to stop');
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    void node.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  // Whoever started this process with a channel to it is gone, and would never stop it.
  process.on('disconnect', () => stop('parent gone'));
}

try {
  await main();
} catch (error) {
  if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`The ingest node did not start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
