import type { ChildProcess } from 'node:child_process';
import type { NodeId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { ControlClient } from '../control/control-client.ts';
import type { EdgeClient } from '../control/edge-client.ts';
import type { EventOutbox } from '../control/event-outbox.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { MediaBucket } from '../publish/media-store.ts';
import type { DemandLimits } from '../publish/rendition-demand.ts';
import type { RestreamAccess } from '../restream/restreamer.ts';
import type { ChildCommand } from '../transcode/child-command.ts';
import type { TranscoderLimits } from '../transcode/transcoder.ts';

export interface LeasePatience {
  readonly everyMs: number;
  readonly forMs: number;
}

/** What all broadcasts of a node share. */
export interface BroadcastServices {
  readonly nodeId: NodeId;
  readonly control: ControlClient;
  readonly edge: EdgeClient;
  readonly events: EventOutbox;
  readonly store: MediaBucket;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** CPUs that all broadcasts together may count on. */
  readonly cpuCount: number;
  /** When renditions rest that nobody watches; DEMAND_LIMITS, if absent. */
  readonly demandLimits?: DemandLimits;
  /** What restream targets may be; those of the public internet, if absent. */
  readonly restreamAccess?: RestreamAccess;
  /** A transcoder's child that is loaded already, if there is one. */
  readonly takeChild?: () => ChildProcess | undefined;
  /** How long, and how often, a channel that another node holds is asked for. Tests do not wait. */
  readonly leasePatience?: LeasePatience;
  /** Another program instead of the transcoder's child; tests give ones that die. */
  readonly childCommand?: ChildCommand;
  /** Tests do not wait. */
  readonly transcoderLimits?: Partial<TranscoderLimits>;
}
