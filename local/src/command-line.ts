import { parseArgs } from 'node:util';
import { LATENCY_PROFILE_NAMES, LatencyProfileName } from '@sluice/contracts';
import { portOffsetMax, REGIONS_MAX } from './ports.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly isDemoOn: boolean;
  /** Where objects, databases and keys are kept; made when absent. */
  readonly dataDirectory: string;
  /** Added to every port, so that several systems run side by side. */
  readonly portOffset: number;
  readonly profile: LatencyProfileName;
  /** Restream targets may be on this machine or its network. */
  readonly arePrivateTargetsAllowed: boolean;
  /** More than 1: so many regions with an ingest node each, behind one address. */
  readonly regionCount: number;
}

/** The person mistyped. The message is for them. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

export const USAGE = `npm start -- [options]
  --no-demo            no demo picture; publish your own
  --data DIR           keep objects and keys in DIR          (.sluice)
  --port-offset N      add N to every port                   (0)
  --profile NAME       ${LATENCY_PROFILE_NAMES.join(' | ')}     (low)
  --private-targets    restream to this machine and its network, too
  --regions N          N regions with an ingest node each     (1, at most ${REGIONS_MAX})
  --help`;

/** Reads the words after `npm start --`. Throws CommandLineError; `'help'` when help was asked for. */
export function parseStartOptions(words: readonly string[]): StartOptions | 'help' {
  const { values } = parse(words);
  if (values.help === true) return 'help';
  const regionCount = Number(values.regions ?? '1');
  if (!Number.isInteger(regionCount) || regionCount < 1 || regionCount > REGIONS_MAX) {
    throw new CommandLineError(`--regions must be a whole number from 1 to ${REGIONS_MAX}.`);
  }
  const portOffset = Number(values['port-offset'] ?? '0');
  const offsetMax = portOffsetMax(regionCount);
  if (!Number.isInteger(portOffset) || portOffset < 0 || portOffset > offsetMax) {
    throw new CommandLineError(`--port-offset must be a whole number from 0 to ${offsetMax}.`);
  }
  const profile = LatencyProfileName.safeParse(values.profile ?? 'low');
  if (!profile.success) throw new CommandLineError(`--profile must be one of ${LATENCY_PROFILE_NAMES.join(', ')}.`);
  return {
    isDemoOn: values['no-demo'] !== true,
    dataDirectory: values.data ?? '.sluice',
    portOffset,
    profile: profile.data,
    arePrivateTargetsAllowed: values['private-targets'] === true,
    regionCount,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        'no-demo': { type: 'boolean' },
        data: { type: 'string' },
        'port-offset': { type: 'string' },
        profile: { type: 'string' },
        'private-targets': { type: 'boolean' },
        regions: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new CommandLineError(cause instanceof Error ? cause.message : 'unknown option', { cause });
  }
}
