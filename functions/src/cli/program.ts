import { API_TOKENS } from './commands/api-tokens.ts';
import { AUDIT } from './commands/audit.ts';
import { BROADCASTS, KICK } from './commands/broadcasts.ts';
import { CHANNELS } from './commands/channels.ts';
import { CLIPS } from './commands/clips.ts';
import { DOCTOR } from './commands/doctor.ts';
import { KEYS } from './commands/keys.ts';
import { LIVE } from './commands/live.ts';
import { PLAYBACK_TOKENS } from './commands/playback-tokens.ts';
import { RECORDINGS } from './commands/recordings.ts';
import { USAGE } from './commands/usage.ts';
import { WAKE } from './commands/wake.ts';
import { WEBHOOKS } from './commands/webhooks.ts';
import type { CommandGroup } from './help.ts';

/** All commands, in the order in which people come to need them. */
export const GROUPS: readonly CommandGroup[] = [
  LIVE,
  CHANNELS,
  KEYS,
  BROADCASTS,
  KICK,
  WAKE,
  RECORDINGS,
  CLIPS,
  PLAYBACK_TOKENS,
  API_TOKENS,
  WEBHOOKS,
  USAGE,
  AUDIT,
  DOCTOR,
];
