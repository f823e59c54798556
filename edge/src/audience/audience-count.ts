import { ChannelAudience } from '@sluice/contracts';
import type { z } from 'zod';

/** Viewers of the live broadcast: of each rendition, and of all together. */
export const AudienceCount = ChannelAudience.omit({ channelId: true });
export type AudienceCount = z.infer<typeof AudienceCount>;

export const NO_AUDIENCE: AudienceCount = { broadcastId: null, viewers: 0, renditions: {} };
