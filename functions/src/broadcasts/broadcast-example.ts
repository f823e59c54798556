/** A broadcast that goes on, as webhooks tell of it, for the document to show. That it is one its test says, as of all examples. */
export const TOLD_BROADCAST_EXAMPLE = {
  broadcastId: '0mgx1c2d3o4e5f6g7h',
  channelId: 'demo',
  tenantId: 'acme',
  state: 'live',
  startedAtMs: Date.UTC(2026, 10, 1, 18),
  endedAtMs: null,
  endReason: null,
  profile: 'low',
  isPrivate: false,
  isRecorded: true,
  renditions: [
    {
      renditionId: 'v720',
      codecs: 'avc1.64001F',
      bitrateBpsMax: 2_800_000,
      widthPx: 1_280,
      heightPx: 720,
      frameRate: 30,
    },
    { renditionId: 'a128', codecs: 'mp4a.40.2', bitrateBpsMax: 128_000 },
  ],
  absentSinceMs: null,
  viewers: 75,
  totals: { viewersPeak: 120, views: 480, viewerMs: 270_000_000, liveMs: 3_600_000 },
  health: {
    atMs: Date.UTC(2026, 10, 1, 18, 59, 55),
    fps: 30,
    bitrateBps: 6_000_000,
    keyframeIntervalMs: 2_000,
    protocol: 'rtmp',
    videoCodec: 'h264',
    audioCodec: 'aac',
    widthPx: 1_280,
    heightPx: 720,
    encodeSpeed: 3.4,
    encodeLagMs: 60,
    uploadLagMsP50: 40,
    uploadLagMsP95: 90,
    announceLagMsP95: 70,
  },
  warnings: [],
  recording: null,
  isBeingDeleted: false,
};

/** The same, as it is shown. */
export const LIVE_BROADCAST_EXAMPLE = { ...TOLD_BROADCAST_EXAMPLE, costUsd: 0.54 };
