import type {
  CreateChannelCommandInput,
  CreateInputCommandInput,
  CreateInputSecurityGroupCommandInput,
  Output,
  VideoDescription,
} from '@aws-sdk/client-medialive';
import { AUDIO_SAMPLE_RATE_HZ, type ChannelId, type LadderRung, type MediaGrid, mediaGrid } from '@sluice/contracts';
import type { MediaLivePlan } from './medialive-record.ts';

/** By which ours are told from everything else in the account. */
export const DEPLOYMENT_TAG = 'sluice:deployment';
export const CHANNEL_TAG = 'sluice:channel';
/** Of MediaLiveRecord: a security group that was made and not written down is known again by it. */
export const GENERATION_TAG = 'sluice:generation';

const MS_PER_S = 1_000;
const DESTINATION_ID = 'sluice';
const AUDIO_SELECTOR = 'default';
const AUDIO_NAME = 'a128';
const AUDIO_BITRATE_BPS = 128_000;
/** The buffer that a rung's rate is held in: a second of it, so that a keyframe has room and the rate stays even. */
const BUFFER_S = 1;

export interface MediaLiveRequestOptions {
  readonly deployment: string;
  readonly channelId: ChannelId;
  /** Of MediaLiveRecord: whatever is asked twice under it is made once. */
  readonly generation: string;
  readonly plan: MediaLivePlan;
}

export interface ChannelRequestOptions extends MediaLiveRequestOptions {
  readonly roleArn: string;
  /** Where our nodes take CMAF, without a slash at its end. */
  readonly ingestUrl: string;
  /** Secret. */
  readonly streamKey: string;
  readonly inputId: string;
  readonly securityGroupId: string;
}

/** It has no RequestId: whoever asks looks first whether there is one. */
export function securityGroupRequest(options: MediaLiveRequestOptions): CreateInputSecurityGroupCommandInput {
  const { allowedCidrs } = options.plan.settings.input;
  return { Tags: tagsOf(options), WhitelistRules: allowedCidrs.map((Cidr) => ({ Cidr })) };
}

export function inputRequest(options: MediaLiveRequestOptions, securityGroupId: string): CreateInputCommandInput {
  const { channelId, generation, plan } = options;
  const { input } = plan.settings;
  const common = {
    Name: `sluice-${channelId}`,
    RequestId: `${generation}-input`,
    Tags: tagsOf(options),
    Type: input.type,
  };
  if (input.type === 'RTMP_PUSH') {
    // The name of the stream is all that keeps somebody else behind the same address out.
    const StreamName = `${channelId}/${generation}`;
    return { ...common, InputSecurityGroups: [securityGroupId], Destinations: [{ StreamName }] };
  }
  const Decryption = { Algorithm: 'AES256', PassphraseSecretArn: input.passphraseSecretArn } as const;
  return { ...common, SrtSettings: { SrtListenerSettings: { Decryption, MinimumLatency: input.minimumLatencyMs } } };
}

/**
 * One pipeline, whose renditions are cut where our media grid cuts: a group of pictures is a segment, there are no
 * B-frames and no scene cuts (docs/adr/0040).
 */
export function channelRequest(options: ChannelRequestOptions): CreateChannelCommandInput {
  const { channelId, generation, plan, inputId, securityGroupId, roleArn, ingestUrl, streamKey } = options;
  const grid = mediaGrid(plan.profile, plan.settings.frameRate);
  const videos = plan.ladder.map((rung) => videoDescription(rung, grid));
  return {
    Name: `sluice-${channelId}`,
    RequestId: `${generation}-channel`,
    Tags: tagsOf(options),
    RoleArn: roleArn,
    ChannelClass: 'SINGLE_PIPELINE',
    LogLevel: 'WARNING',
    InputSpecification: { Codec: 'AVC', MaximumBitrate: 'MAX_20_MBPS', Resolution: 'HD' },
    InputAttachments: [
      {
        InputAttachmentName: 'source',
        InputId: inputId,
        InputSettings: { SourceEndBehavior: 'CONTINUE', AudioSelectors: [{ Name: AUDIO_SELECTOR }] },
      },
    ],
    ...(plan.settings.input.type === 'SRT_LISTENER' && { ChannelSecurityGroups: [securityGroupId] }),
    // What MediaLive puts behind it is not documented; our node reads the key off the first name, and the track off the last.
    Destinations: [{ Id: DESTINATION_ID, Settings: [{ Url: `${ingestUrl}/${streamKey}/medialive` }] }],
    EncoderSettings: {
      TimecodeConfig: { Source: 'SYSTEMCLOCK' },
      VideoDescriptions: videos,
      AudioDescriptions: [
        {
          Name: AUDIO_NAME,
          AudioSelectorName: AUDIO_SELECTOR,
          CodecSettings: {
            AacSettings: {
              Bitrate: AUDIO_BITRATE_BPS,
              CodingMode: 'CODING_MODE_2_0',
              Profile: 'LC',
              RateControlMode: 'CBR',
              RawFormat: 'NONE',
              SampleRate: AUDIO_SAMPLE_RATE_HZ,
              Spec: 'MPEG4',
            },
          },
        },
      ],
      OutputGroups: [
        {
          Name: 'cmaf',
          OutputGroupSettings: {
            CmafIngestGroupSettings: {
              Destination: { DestinationRefId: DESTINATION_ID },
              // It ends with the next keyframe, so it is told a little less than what it is.
              SegmentLength: Math.floor(segmentS(grid) * MS_PER_S),
              SegmentLengthUnits: 'MILLISECONDS',
            },
          },
          Outputs: [
            ...videos.map(({ Name = '' }) => ({ ...output(Name), VideoDescriptionName: Name })),
            { ...output(AUDIO_NAME), AudioDescriptionNames: [AUDIO_NAME] },
          ],
        },
      ],
    },
  };
}

function output(name: string): Output {
  return { OutputName: name, OutputSettings: { CmafIngestOutputSettings: { NameModifier: name } } };
}

function videoDescription({ heightPx, bitrateBps }: LadderRung, grid: MediaGrid): VideoDescription {
  const { frameRate, framesPerSegment } = grid;
  return {
    Name: `v${heightPx}`,
    Height: heightPx,
    Width: 2 * Math.round((heightPx * 16) / 9 / 2),
    ScalingBehavior: 'DEFAULT',
    CodecSettings: {
      H264Settings: {
        Profile: 'HIGH',
        Level: 'H264_LEVEL_AUTO',
        RateControlMode: 'CBR',
        Bitrate: bitrateBps,
        BufSize: bitrateBps * BUFFER_S,
        FramerateControl: 'SPECIFIED',
        FramerateNumerator: frameRate.num,
        FramerateDenominator: frameRate.den,
        GopSize: framesPerSegment,
        GopSizeUnits: 'FRAMES',
        GopClosedCadence: 1,
        GopNumBFrames: 0,
        SceneChangeDetect: 'DISABLED',
        ScanType: 'PROGRESSIVE',
        ParControl: 'SPECIFIED',
        ParNumerator: 1,
        ParDenominator: 1,
        LookAheadRateControl: 'LOW',
        AdaptiveQuantization: 'AUTO',
        ColorMetadata: 'INSERT',
        AfdSignaling: 'NONE',
        TimecodeInsertion: 'DISABLED',
      },
    },
  };
}

function segmentS({ framesPerSegment, frameRate }: MediaGrid): number {
  return (framesPerSegment * frameRate.den) / frameRate.num;
}

function tagsOf({ deployment, channelId, generation }: MediaLiveRequestOptions) {
  return { [DEPLOYMENT_TAG]: deployment, [CHANNEL_TAG]: channelId, [GENERATION_TAG]: generation };
}
