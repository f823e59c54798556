import type { FrameRate, MediaGrid } from '@sluice/contracts';
import type { HealthWarning } from '../health/health-warning.ts';

/** What is wrong with tracks that come encoded. `tracks-unusable` ends their broadcast; with the others it goes on. */
export type TrackWarningCode = 'tracks-unusable' | 'track-left-out' | 'tracks-torn';

function unusable(sentence: string): HealthWarning {
  return { code: 'tracks-unusable', sentence };
}

export function gopUnfit({ framesPerSegment, frameRate }: MediaGrid, gopFrames: number): HealthWarning {
  const segmentS = (framesPerSegment * frameRate.den) / frameRate.num;
  return unusable(
    `Your keyframes come every ${gopFrames} frames; this channel needs one every ${framesPerSegment} frames ` +
      `(${segmentS.toFixed(4)} s), in all renditions at once. Set the keyframe interval (GOP) to ${framesPerSegment} ` +
      'frames, closed, without scene-cut keyframes.',
  );
}

export function keyframeMissing({ framesPerSegment }: MediaGrid): HealthWarning {
  return unusable(
    `A keyframe is missing where a segment begins. Set the keyframe interval (GOP) of all renditions to ` +
      `${framesPerSegment} frames, closed, without scene-cut keyframes.`,
  );
}

export function neverTogether(): HealthWarning {
  return unusable(
    'Your renditions have no keyframe at the same time. Send at least one picture, encode all of them from one source ' +
      'with the same keyframe interval (GOP), and send all tracks at the same time.',
  );
}

export function neverWhole(): HealthWarning {
  return unusable(
    'Pictures or sound are missing again and again in what you send, so that no segment of it is whole. See that your ' +
      'encoder is not overloaded, drops no frames, and sends a constant frame rate.',
  );
}

export function rateUnknown(): HealthWarning {
  return unusable(
    'The frame rate of your pictures is uneven, or none of 24, 25, 30, 48, 50 and 60 a second. Set a constant frame rate.',
  );
}

export function ratesDiffer(rates: readonly FrameRate[]): HealthWarning {
  const words = rates.map(({ num, den }) => (num / den).toFixed(2)).join(' and ');
  return unusable(`Your renditions have different frame rates (${words}). Give all of them the same one.`);
}

export function samplesTooShort(trackName: string): HealthWarning {
  return unusable(
    `More comes of ${printable(trackName)} than 60 pictures or 47 frames of sound a second. See what its times are.`,
  );
}

export function renditionsChanged(): HealthWarning {
  return unusable(
    'You send other renditions than this broadcast began with, so it ends. Your encoder connects again, and a new one begins.',
  );
}

export function trackStopped(trackName: string): HealthWarning {
  return unusable(
    `Nothing comes of ${printable(trackName)} any more, while other tracks go on. See what its output does.`,
  );
}

export function trackLeftOut(trackName: string, why: string): HealthWarning {
  return { code: 'track-left-out', sentence: `Viewers do not get the track ${printable(trackName)}: ${why}.` };
}

export function tracksTorn(): HealthWarning {
  return {
    code: 'tracks-torn',
    sentence:
      'Pictures or sound are missing in what you send, or their times jump, so viewers miss what is left of a segment. ' +
      'See that your encoder is not overloaded and drops no frames.',
  };
}

/** A name comes out of a URL. */
function printable(name: string): string {
  return `"${name.replaceAll(/[^\w .()-]/g, '?').slice(0, 40)}"`;
}
