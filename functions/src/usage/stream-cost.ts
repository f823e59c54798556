import { type LatencyProfileName, mediaGrid, SPRITE_TILES_MAX, THUMBNAIL_SLOT_MS } from '@sluice/contracts';
import { GB_HOUR_OF_MBPS, PRICES, STORAGE_PRICES, type StorageKind } from './prices.ts';

/** What is paid for. */
export const COST_ITEMS = [
  /** A share of an ingest node. */
  'node',
  /** Bytes that leave AWS: to R2 all that is stored, from S3 what the edge reads. */
  'egress',
  'storageWrites',
  'storageReads',
  /** Of the Worker, with their CPU. */
  'edgeRequests',
  /** Calls to Durable Objects, and rows that they write. */
  'objectRequests',
  /** Durable Objects in memory. */
  'objectDuration',
] as const;
export type CostItem = (typeof COST_ITEMS)[number];
/** US dollars. */
export type Costs = Readonly<Record<CostItem, number>>;

export const NO_COSTS: Costs = {
  node: 0,
  egress: 0,
  storageWrites: 0,
  storageReads: 0,
  edgeRequests: 0,
  objectRequests: 0,
  objectDuration: 0,
};

/** An ingest node, and how many broadcasts it is for. */
export interface NodeShape {
  readonly vcpus: number;
  readonly memoryGb: number;
  readonly slots: number;
}

/** What is published, with what, and where it lies. */
export interface StreamShape {
  readonly profile: LatencyProfileName;
  readonly videoMbps: readonly number[];
  readonly audioMbps: number;
  readonly node: NodeShape;
  readonly storage: StorageKind;
}

/** A machine that encodes a ladder with room to spare, and nothing else (PLATFORM.md B2). */
export const USUAL_NODE: NodeShape = { vcpus: 4, memoryGb: 8, slots: 1 };

/** The ladder of a 1080p30 source. */
export function usualStream(profile: LatencyProfileName): StreamShape {
  return { profile, videoMbps: [4.5, 2.5, 1.2, 0.6], audioMbps: 0.128, node: USUAL_NODE, storage: 'r2' };
}

/** What a viewer asks for, as it was measured. */
export interface RequestRate {
  /** Requests a second that the Worker answers. */
  readonly workerPerS: number;
  /** Of those, for playlists and MPDs. */
  readonly playlistPerS: number;
  /** Of those, reports of how watching is: they are added up where they arrive, and read nothing. */
  readonly reportPerS: number;
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
export function streamCostHour(shape: StreamShape): Costs {
  const { partS, segmentS, tracks } = timingOf(shape);
  const { node, storage } = shape;
  const partsHour = 3_600 / partS;
  const segmentsHour = 3_600 / segmentS;
  // Segments are stored beside their parts, so that each can be fetched whole.
  const mediaPutsHour = tracks * (segmentS === partS ? segmentsHour : partsHour + segmentsHour);
  const thumbnailsHour = 3_600_000 / THUMBNAIL_SLOT_MS;
  const putsHour = mediaPutsHour + thumbnailsHour + thumbnailsHour / SPRITE_TILES_MAX;
  const nodeHour = node.vcpus * PRICES.fargateVcpuHour + node.memoryGb * PRICES.fargateGbHour + PRICES.ipv4Hour;
  return {
    ...NO_COSTS,
    node: nodeHour / node.slots,
    egress: storage === 'r2' ? uploadMbpsOf(shape) * GB_HOUR_OF_MBPS * PRICES.awsEgressGb : 0,
    storageWrites: (putsHour * STORAGE_PRICES[storage].putsM) / 1e6,
    edgeRequests: (partsHour * PRICES.workerRequestsM) / 1e6,
    objectRequests: (partsHour * PRICES.objectRequestsM + segmentsHour * PRICES.rowsWrittenM) / 1e6,
    objectDuration: PRICES.objectHour,
  };
}

/** Dollars an hour for those who watch. */
export function viewersCostHour(shape: StreamShape, rate: RequestRate, { viewers, colos, relays }: Spread): Costs {
  const { partS, tracks } = timingOf(shape);
  const { storage } = shape;
  const requestsHour = viewers * rate.workerPerS * 3_600;
  const mediaHour = viewers * Math.max(0, rate.workerPerS - rate.playlistPerS - rate.reportPerS) * 3_600;
  const playlistsHour = viewers * rate.playlistPerS * 3_600;
  // What collapsing and the data centre's cache let through, at most: every rendition is watched everywhere, as far as
  // there are viewers for it, and no two isolates know of each other.
  const isolates = Math.min(colos * ISOLATES_A_COLO, viewers);
  const missesHour = Math.min(isolates * tracks, viewers * rate.tracks) * (3_600 / partS);
  const mediaMissesHour = Math.min(missesHour, mediaHour);
  const countsHour = isolates * (3_600 / COUNT_EVERY_S);
  const readMbps = Math.min(isolates * uploadMbpsOf(shape), viewers * topMbpsOf(shape));
  return {
    ...NO_COSTS,
    egress: storage === 's3' ? readMbps * GB_HOUR_OF_MBPS * PRICES.awsEgressGb : 0,
    // A part that is asked for before it is there is looked for, waited for and read.
    storageReads: (2 * mediaMissesHour * STORAGE_PRICES[storage].getsM) / 1e6,
    edgeRequests: (requestsHour * (PRICES.workerRequestsM + CPU_MS_A_REQUEST * PRICES.workerCpuMsM)) / 1e6,
    objectRequests:
      ((Math.min(missesHour, playlistsHour) + mediaMissesHour + countsHour) * PRICES.objectRequestsM) / 1e6,
    objectDuration: relays * PRICES.objectHour,
  };
}

/** What was reckoned with (PLATFORM.md C): one viewer is at one place, a crowd in many. */
const SPREADS: readonly Spread[] = [
  { viewers: 1, colos: 1, relays: 1 },
  { viewers: 1_000, colos: 60, relays: 9 },
  { viewers: 100_000, colos: 250, relays: 36 },
];

/**
 * Where so many viewers are, on average over a time; between the crowds that were reckoned with it grows evenly, by
 * factors. Less than one is one for a part of the time. More of the time for the same viewing is never less.
 */
export function usualSpread(viewers: number): Spread {
  const [one, crowd, many] = SPREADS;
  if (one === undefined || crowd === undefined || many === undefined) throw new Error('a spread is missing');
  if (viewers <= one.viewers) return { viewers, colos: viewers * one.colos, relays: viewers * one.relays };
  if (viewers >= many.viewers) return { ...many, viewers };
  const [from, to] = viewers <= crowd.viewers ? [one, crowd] : [crowd, many];
  const share = Math.log(viewers / from.viewers) / Math.log(to.viewers / from.viewers);
  const between = (low: number, high: number) => low * (high / low) ** share;
  return { viewers, colos: between(from.colos, to.colos), relays: between(from.relays, to.relays) };
}

/** All of some costs. */
export function totalOf(costs: Readonly<Record<string, number>>): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}

/** Each item of some costs, so many times. */
export function timesCosts(costs: Costs, times: number): Costs {
  return mapCosts((item) => costs[item] * times);
}

/** Item by item. */
export function addCosts(one: Costs, other: Costs): Costs {
  return mapCosts((item) => one[item] + other[item]);
}

function mapCosts(of: (item: CostItem) => number): Costs {
  return {
    node: of('node'),
    egress: of('egress'),
    storageWrites: of('storageWrites'),
    storageReads: of('storageReads'),
    edgeRequests: of('edgeRequests'),
    objectRequests: of('objectRequests'),
    objectDuration: of('objectDuration'),
  };
}

/** All that is stored. */
function uploadMbpsOf({ videoMbps, audioMbps }: StreamShape): number {
  return videoMbps.reduce((sum, mbps) => sum + mbps, audioMbps);
}

/** What a viewer takes who sees the best of it. */
function topMbpsOf({ videoMbps, audioMbps }: StreamShape): number {
  return Math.max(0, ...videoMbps) + audioMbps;
}

function timingOf({ profile, videoMbps }: StreamShape): { partS: number; segmentS: number; tracks: number } {
  const { framesPerPart, framesPerSegment } = mediaGrid(profile, { num: 30, den: 1 });
  return { partS: framesPerPart / 30, segmentS: framesPerSegment / 30, tracks: videoMbps.length + 1 };
}
