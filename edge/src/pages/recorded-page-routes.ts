import { type Context, Hono } from 'hono';
import type { EdgeEnv } from '../environment.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { recordedAbout } from '../vod/recorded-about.ts';
import { RECORDED_KINDS, type RecordedKind, recordedKey } from '../vod/recording-shelf.ts';
import { seenRecording } from '../vod/seen-recording.ts';
import { notFoundAnswer, pageAnswer } from './page-answer.ts';
import { pictureKey, recordedPage } from './recorded-page.ts';

/** The pages of recordings and clips, at the address that all of theirs is below. */
export function recordedPageRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  for (const kind of RECORDED_KINDS) {
    app.get(`/${kind}/:id`, async (c, next) => {
      // What cannot be one is refused as everything else there that is no address.
      if (recordedKey(kind, c.req.param('id')) === undefined) return await next();
      return await recordedAnswer(c, kind);
    });
  }
  return app;
}

async function recordedAnswer(c: Context<EdgeEnv>, kind: RecordedKind): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const engine = c.req.query('engine') === 'hls' ? 'hls' : undefined;
  const seen = await seenRecording(c, kind);
  if (seen.kind === 'seen') {
    const about = recordedAbout(seen.found);
    // Whoever shows a link brings no token: of what is private they are told no picture.
    const isOpen = !rightsOf(c.req.raw).seesPrivate && !seen.found.manifest.isPrivate;
    const picture = isOpen && about ? pictureKey(about) : undefined;
    const imageUrl = picture && new URL(`/live/${picture}`, c.req.url).href;
    return pageAnswer(c, recordedPage({ kind, id, about, imageUrl, engine }));
  }
  if (seen.code === 'no-such-recording' || seen.code === 'no-such-clip') return notFoundAnswer(c, sentenceOf(kind));
  // What it is, its player finds out and says: it is private, or cannot be read just now.
  return pageAnswer(c, recordedPage({ kind, id, about: undefined, imageUrl: undefined, engine }));
}

function sentenceOf(kind: RecordedKind): string {
  const name = kind === 'clip' ? 'clip' : 'recording';
  return `There is no such ${name}: it was removed, or something of its link is missing.`;
}
