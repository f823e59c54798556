import { type LatencyProfileName, mediaGrid, SPRITE_TILES_MAX, THUMBNAIL_SLOT_MS } from '@sluice/contracts';
import { GB_HOUR_OF_MBPS, PRICES } from './prices.ts';

/** What is published. */
export interface StreamShape {
  readonly profile: LatencyProfileName;
  readonly videoMbps: readonly number[];
  readonly audioMbps: number;
  readonly vcpus: number;
  readonly memoryGb: number;
}

/** The ladder of a 1080p30 source, and a machine that encodes it with room to spare (PLATFORM.md B2). */
export function usualStream(profile: LatencyProfileName): StreamShape {
  return { profile, videoMbps: [4.5, 2.5, 1.2, 0.6], audioMbps: 0.128, vcpus: 4, memoryGb: 8 };
}

/** What a viewer asks for, as it was measured. */
export interface RequestRate {
  /** Requests a second that the Worker answers. */
  readonly workerPerS: number;
  /** Of those, for playlists and MPDs. */
  readonly playlistPerS: number;
  /** Renditions that one viewer plays: 2 with sound apart. */
  readonly tracks: number;
}

/** How many places viewers are at. */
export interface Spread {
  readonly viewers: number;
  /** Data centres with viewers. */
  readonly colos: number;
  /** Relay objects. */
  readonly relays: number;
}

/** CPU of a request, in ms: `npm run bench -- edge` on one machine, clients not included, and as much again to be safe. */
const CPU_MS_A_REQUEST = 0.5;
/** Isolates of the Worker in a data centre that do not know of each other. */
const ISOLATES_A_COLO = 4;
/** How often an isolate tells its relay who watches. */
const COUNT_EVERY_S = 2;

/** Dollars an hour for the stream itself, whoever watches. */
export function streamCostHour(shape: StreamShape): Readonly<Record<string, number>> {
  const { partS, segmentS, tracks } = timingOf(shape);
  const uploadMbps = shape.videoMbps.reduce((sum, mbps) => sum + mbps, shape.audioMbps);
  const partsHour = 3_600 / partS;
  const segmentsHour = 3_600 / segmentS;
  // Segments are stored beside their parts, so that each can be fetched whole.
  const mediaPutsHour = tracks * (segmentS === partS ? segmentsHour : partsHour + segmentsHour);
  const thumbnailsHour = 3_600_000 / THUMBNAIL_SLOT_MS;
  const putsHour = mediaPutsHour + thumbnailsHour + thumbnailsHour / SPRITE_TILES_MAX;
  return {
    encoding: shape.vcpus * PRICES.fargateVcpuHour + shape.memoryGb * PRICES.fargateGbHour + PRICES.ipv4Hour,
    upload: uploadMbps * GB_HOUR_OF_MBPS * PRICES.awsEgressGb,
    puts: (putsHour * PRICES.r2PutsM) / 1e6,
    announcements: (partsHour * (PRICES.workerRequestsM + PRICES.objectRequestsM)) / 1e6,
    channel: PRICES.objectHour + (segmentsHour * PRICES.rowsWrittenM) / 1e6,
  };
}

/** Dollars an hour for those who watch. */
export function viewersCostHour(
  shape: StreamShape,
  rate: RequestRate,
  { viewers, colos, relays }: Spread,
): Readonly<Record<string, number>> {
  const { partS, tracks } = timingOf(shape);
  const requestsHour = viewers * rate.workerPerS * 3_600;
  const mediaHour = viewers * Math.max(0, rate.workerPerS - rate.playlistPerS) * 3_600;
  const playlistsHour = viewers * rate.playlistPerS * 3_600;
  // What collapsing and the data centre's cache let through, at most: every rendition is watched everywhere, and no two
  // isolates know of each other.
  const watchedTracks = Math.min(tracks, viewers * rate.tracks);
  const isolates = Math.min(colos * ISOLATES_A_COLO, viewers);
  const missesHour = isolates * watchedTracks * (3_600 / partS);
  const mediaMissesHour = Math.min(missesHour, mediaHour);
  const countsHour = isolates * (3_600 / COUNT_EVERY_S);
  return {
    requests: (requestsHour * PRICES.workerRequestsM) / 1e6,
    cpu: (requestsHour * CPU_MS_A_REQUEST * PRICES.workerCpuMsM) / 1e6,
    // A part that is asked for before it is there is looked for, waited for and read.
    bucketReads: (2 * mediaMissesHour * PRICES.r2GetsM) / 1e6,
    relays:
      relays * PRICES.objectHour +
      ((Math.min(missesHour, playlistsHour) + mediaMissesHour + countsHour) * PRICES.objectRequestsM) / 1e6,
  };
}

/** One viewer is at one place; a crowd is in many (PLATFORM.md C). */
export function usualSpread(viewers: number): Spread {
  if (viewers <= 1) return { viewers, colos: 1, relays: 1 };
  return viewers <= 1_000 ? { viewers, colos: 60, relays: 9 } : { viewers, colos: 250, relays: 36 };
}

/** All of some costs. */
export function totalOf(costs: Readonly<Record<string, number>>): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}

function timingOf({ profile, videoMbps }: StreamShape): { partS: number; segmentS: number; tracks: number } {
  const { framesPerPart, framesPerSegment } = mediaGrid(profile, { num: 30, den: 1 });
  return { partS: framesPerPart / 30, segmentS: framesPerSegment / 30, tracks: videoMbps.length + 1 };
}
