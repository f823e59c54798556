import { rightsOf } from '../playback/request-rights.ts';
import { NO_PICTURE_PX, type ViewerRights } from '../playback/viewer-rights.ts';
import { AUDIO_ONLY } from './audio-query.ts';

/** What is to be listed for who asks: what the viewer may see, and of that the sound alone where the query says so. */
export function wantedRights(request: Request): ViewerRights {
  const rights = rightsOf(request);
  const isAudioOnly = new URL(request.url).searchParams.has(AUDIO_ONLY);
  return isAudioOnly ? { ...rights, heightPxMax: NO_PICTURE_PX } : rights;
}
