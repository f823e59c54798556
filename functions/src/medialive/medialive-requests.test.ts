import { ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaLivePlan } from './medialive-record.ts';
import { channelRequest, inputRequest } from './medialive-requests.ts';

const RTMP: MediaLivePlan = {
  profile: 'low',
  ladder: [{ heightPx: 720, bitrateBps: 3_000_000 }],
  settings: { input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } },
};
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:srt-AbCdEf';
const SRT: MediaLivePlan = {
  ...RTMP,
  settings: {
    ...RTMP.settings,
    input: { type: 'SRT_LISTENER', allowedCidrs: ['192.0.2.0/24'], passphraseSecretArn: ARN, minimumLatencyMs: 500 },
  },
};

function asked(plan: MediaLivePlan) {
  const options = { deployment: 'test', channelId: ChannelId.parse('demo'), generation: 'g', plan };
  const known = {
    roleArn: 'role',
    ingestUrl: 'https://i/cmaf',
    streamKey: 'k',
    inputId: 'i-1',
    securityGroupId: 'sg-1',
  };
  return { input: inputRequest(options, 'sg-1'), channel: channelRequest({ ...options, ...known }) };
}

describe('what MediaLive is asked for', () => {
  it.each([
    ['low', { num: 30, den: 1 }, 64, 2_133],
    ['low', { num: 25, den: 1 }, 48, 1_920],
    ['low', { num: 60_000, den: 1_001 }, 128, 2_135],
    ['ultra', { num: 50, den: 1 }, 64, 1_280],
    ['standard', { num: 30, den: 1 }, 128, 4_266],
  ] as const)('has a group of pictures that is a segment: %s at %j', (profile, frameRate, gopFrames, segmentMs) => {
    const { channel } = asked({ ...RTMP, profile, settings: { ...RTMP.settings, frameRate } });
    const video = channel.EncoderSettings?.VideoDescriptions?.[0]?.CodecSettings?.H264Settings;
    expect(video).toMatchObject({
      GopSize: gopFrames,
      GopSizeUnits: 'FRAMES',
      GopNumBFrames: 0,
      GopClosedCadence: 1,
      SceneChangeDetect: 'DISABLED',
      FramerateNumerator: frameRate.num,
      FramerateDenominator: frameRate.den,
    });
    const group = channel.EncoderSettings?.OutputGroups?.[0]?.OutputGroupSettings?.CmafIngestGroupSettings;
    expect(group).toMatchObject({ SegmentLength: segmentMs, SegmentLengthUnits: 'MILLISECONDS' });
  });

  it('lets in who may push RTMP by the input, and SRT by the channel', () => {
    expect(asked(RTMP).input).toMatchObject({
      InputSecurityGroups: ['sg-1'],
      Destinations: [{ StreamName: 'demo/g' }],
    });
    expect(asked(RTMP).channel.ChannelSecurityGroups).toBeUndefined();
    expect(asked(SRT).input).toMatchObject({
      Type: 'SRT_LISTENER',
      SrtSettings: {
        SrtListenerSettings: { MinimumLatency: 500, Decryption: { Algorithm: 'AES256', PassphraseSecretArn: ARN } },
      },
    });
    expect(asked(SRT).input.InputSecurityGroups).toBeUndefined();
    expect(asked(SRT).channel.ChannelSecurityGroups).toEqual(['sg-1']);
  });

  it('has even widths', () => {
    const ladder = [90, 234, 480, 1_080].map((heightPx) => ({ heightPx, bitrateBps: 1_000_000 }));
    const videos = asked({ ...RTMP, ladder }).channel.EncoderSettings?.VideoDescriptions ?? [];
    expect(videos.map(({ Width }) => Width)).toEqual([160, 416, 854, 1_920]);
  });
});
