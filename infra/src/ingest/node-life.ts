import { Duration } from 'aws-cdk-lib/core';

/**
 * How long a node has to finish its broadcasts and hand its publishers on, once it was told to stop: Fargate's longest
 * (`stopTimeout`). The node itself is done within 110 s.
 */
export const DRAIN = Duration.seconds(120);
