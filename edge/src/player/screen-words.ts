import type { RecordedState } from './recorded-life.ts';
import type { ViewerState } from './viewer-life.ts';

/** What stands over the picture, or instead of it. */
export interface ScreenWords {
  readonly headline: string;
  /** What it means, and what to do about it. */
  readonly detail: string;
  /** What its button does, where there is one. */
  readonly action?: ScreenAction;
}

/** `retry`: asks or loads again at once. `reload`: the page anew. */
export type ScreenAction = 'retry' | 'reload';

/** Why nothing is heard of the stream. `away`: this device has no network. `broken`: its server answers, and not with it. */
export type Reach = 'away' | 'silent' | 'broken';

/** What goes wrong again and again. `media`: what comes cannot be decoded. */
export type Trouble = 'media' | 'other';

/** What a screen tells of beside the state. */
export interface ScreenFacts {
  /** What is played: a channel's id, or what a recording is called. */
  readonly name: string;
  /** Why the page's link does not open, in the edge's words; absent: there was no link. */
  readonly refusal?: string | undefined;
  readonly reach?: Reach | undefined;
  readonly trouble?: Trouble | undefined;
  /** The picture has stood for long, or has not come for long. */
  readonly isLong?: boolean | undefined;
  /** The browser plays such streams, and not what this one is encoded as. */
  readonly isCodec?: boolean | undefined;
}

const AWAY: ScreenWords = {
  headline: 'You are offline',
  detail: 'This device has no network. It goes on here by itself when that is back.',
  action: 'retry',
};

const UNREACHABLE: Record<Reach, ScreenWords> = {
  away: AWAY,
  silent: {
    headline: 'No connection',
    detail: 'The stream cannot be reached from here. Check your network, and whatever may block it.',
    action: 'retry',
  },
  broken: {
    headline: 'The stream does not answer',
    detail: 'Something is wrong on its side, and not on yours. It is tried again by itself.',
    action: 'retry',
  },
};

const TROUBLES: Record<Trouble, ScreenWords> = {
  media: {
    headline: 'The picture cannot be shown',
    detail: 'This browser fails to decode it. It is tried again; another quality or another browser may do.',
    action: 'retry',
  },
  other: {
    headline: 'Trouble playing',
    detail: 'It is tried again. If it stays so, reload the page, or try another browser.',
    action: 'retry',
  },
};

const STOPPED: ScreenWords = {
  headline: 'Waiting for the stream',
  detail: 'Nothing more of it comes just now. On a slow line a smaller quality helps.',
  action: 'retry',
};

const NOTHING_TO_SHOW: ScreenWords = {
  headline: 'No picture yet',
  detail: 'The stream is there, and nothing comes that can be shown. It is tried again; reloading the page may help.',
  action: 'retry',
};

const UNLOADED: ScreenWords = {
  headline: 'The player did not load',
  detail:
    'A part of it could not be fetched: a blocker may stand before it, or there is a new version. Reload the page.',
  action: 'reload',
};

const CODEC: ScreenWords = {
  headline: 'This browser cannot decode the stream',
  detail: 'It lacks H.264 video or AAC sound. A current Chrome, Edge, Firefox or Safari has them.',
};

const UNSUPPORTED: ScreenWords = {
  headline: 'This browser cannot play the stream',
  detail: 'It has neither Media Source Extensions nor HLS of its own. A current Chrome, Edge, Firefox or Safari can.',
};

const PRIVATE: ScreenWords = {
  headline: 'This channel is private',
  detail: 'Whoever owns it can give you a link to watch it.',
};

/** `undefined` where the picture speaks for itself. Pure. */
export function screenWords(state: ViewerState | RecordedState, facts: ScreenFacts): ScreenWords | undefined {
  const { name, refusal, reach = 'silent', trouble } = facts;
  switch (state) {
    case 'offline':
      return {
        headline: 'Not live right now',
        detail: `Leave this page open: ${name} will start playing here by itself.`,
      };
    case 'ended':
      return { headline: 'The broadcast has ended', detail: `If ${name} comes back, it will start here by itself.` };
    case 'starting':
      return { headline: 'Going live', detail: 'The first picture is on its way.' };
    case 'missing':
      return {
        headline: `There is no such ${name}`,
        detail: 'It was removed, or something of its link is missing. Ask whoever gave it to you.',
      };
    case 'unreachable':
      return UNREACHABLE[reach];
    case 'refused':
      return refusal === undefined
        ? PRIVATE
        : { headline: 'This link does not open', detail: refusal, action: 'retry' };
    case 'joining':
      if (trouble !== undefined) return TROUBLES[trouble];
      return facts.isLong === true ? (reach === 'away' ? AWAY : NOTHING_TO_SHOW) : undefined;
    case 'waiting':
      return facts.isLong === true ? (reach === 'away' ? AWAY : STOPPED) : undefined;
    case 'unsupported':
      return facts.isCodec === true ? CODEC : UNSUPPORTED;
    case 'unloaded':
      return UNLOADED;
    default:
      return undefined;
  }
}

/** For screen readers: the sentence that is spoken when the state begins. Pure. */
export function announcement(state: ViewerState | RecordedState, facts: ScreenFacts): string | undefined {
  const words = screenWords(state, facts);
  if (words !== undefined) return `${words.headline}. ${words.detail}`;
  switch (state) {
    case 'watching':
      return `${facts.name} is playing.`;
    case 'blocked':
      return 'The browser waits for you to press play.';
    case 'paused':
      return 'Paused.';
    case 'over':
      return 'It has come to its end.';
    default:
      return undefined;
  }
}
