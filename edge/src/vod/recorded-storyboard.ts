import { STORYBOARDS_FOLDER, THUMBNAILS_FOLDER } from '@sluice/contracts';
import { broadcastSpan } from '../recording/broadcast-span.ts';
import type { RecordingManifest } from '../recording/recording-manifest.ts';
import { clipStoryboardVtt } from '../thumbnails/clip-storyboard-vtt.ts';
import { storyboardVtt } from '../thumbnails/storyboard-vtt.ts';
import { NO_STORYBOARDS } from '../thumbnails/storyboards.ts';
import type { FoundRecording } from './recording-shelf.ts';

/** Of what has a picture thumbnails are made, and a clip's stay with it: they are its storyboard where there is no sprite. */
export function hasStoryboard({ storyboards = NO_STORYBOARDS, clip, pictureSlot }: RecordingManifest): boolean {
  return storyboards.runs.length > 0 || (clip !== undefined && pictureSlot !== undefined);
}

/** The storyboard.vtt of a recording or a clip, whose images lie where they lay while it was live; `undefined`: it has none. */
export function recordedStoryboard(found: FoundRecording): string | undefined {
  const { manifest } = found;
  if (!hasStoryboard(manifest)) return undefined;
  const { channelId, broadcastId, storyboards = NO_STORYBOARDS, clip } = manifest;
  const live = `../../live/${channelId}/${broadcastId}`;
  const folders = { sprites: `${live}/${STORYBOARDS_FOLDER}/`, thumbnails: `${live}/${THUMBNAILS_FOLDER}/` };
  const span = clip && broadcastSpan(found.recording);
  return span ? clipStoryboardVtt({ span, storyboards, folders }) : storyboardVtt(storyboards, folders.sprites);
}
