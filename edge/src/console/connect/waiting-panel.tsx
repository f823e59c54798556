import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { IngestAddress } from '../api/setup.ts';
import { ButtonLink } from '../parts/button.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Player } from '../player.tsx';
import { channelPath } from '../route.ts';
import type { ChannelLife } from './channel-status.ts';

/** Whoever has everything right is live by then. */
const PATIENCE_MS = 20_000;

interface WaitingPanelProps {
  readonly channelId: string;
  readonly isPrivate: boolean;
  readonly isDisabled: boolean;
  readonly life: ChannelLife;
  readonly ingest: IngestAddress | undefined;
}

/** Waits for the push, and becomes the picture when it arrives. */
export function WaitingPanel({ channelId, isPrivate, isDisabled, life, ingest }: WaitingPanelProps) {
  const isWaiting = life === 'offline';
  const isLong = useLong(isWaiting);
  return (
    <section class="card waiting" aria-labelledby="waiting-title">
      <div class="waiting-head" role="status">
        <h2 id="waiting-title">
          <span class={`pulse ${life}`} aria-hidden="true" />
          {TITLES[life]}
        </h2>
        <p class="dim">
          {isDisabled && isWaiting ? 'This channel is disabled: nobody can stream to it.' : SENTENCES[life]}
        </p>
      </div>
      {life === 'live' || life === 'private' ? (
        <LiveNow channelId={channelId} isPrivate={isPrivate} />
      ) : (
        <div class="waiting-stage" aria-hidden="true">
          {life === 'starting' ? <span class="spinner" /> : <Icon name="broadcast" />}
        </div>
      )}
      {isLong && <WhatToCheck ingest={ingest} />}
    </section>
  );
}

const TITLES: Readonly<Record<ChannelLife, string>> = {
  asking: 'Looking at the channel',
  away: 'The edge does not answer',
  offline: 'Waiting for your stream',
  starting: 'Your stream is here',
  live: 'You are live',
  private: 'You are live',
};

const SENTENCES: Readonly<Record<ChannelLife, string>> = {
  asking: 'One moment.',
  away: 'It is asked again by itself. Your encoder may be connected all the same.',
  offline: 'Start streaming: the picture comes up here by itself.',
  starting: 'The picture comes up in a few seconds.',
  live: 'This is what your viewers see.',
  private: 'This is what your viewers see.',
};

function LiveNow({ channelId, isPrivate }: { readonly channelId: string; readonly isPrivate: boolean }) {
  return (
    <>
      <Player channelId={channelId} isPrivate={isPrivate} />
      {!isPrivate && <CopyField label="Link for your viewers" value={`${location.origin}/watch/${channelId}`} />}
      <div class="form-actions">
        <ButtonLink href={channelPath(channelId)} look="primary">
          Go to the channel
        </ButtonLink>
      </div>
    </>
  );
}

/** What most often is the reason (docs/RUNBOOK.md, "Publishers are refused", "SRT encoders are refused"). */
function WhatToCheck({ ingest }: { readonly ingest: IngestAddress | undefined }) {
  return (
    <div class="checks">
      <h3>Nothing has arrived yet. What to check:</h3>
      <ul>
        <li>
          <strong>Does the encoder say that it is connected?</strong> A wrong key is refused at once, with the reason in
          its message or log. Copy it again, without blanks around it.
        </li>
        <li>
          <strong>Server and key in the right fields?</strong> The server ends with <code>/live</code> and has no key in
          it.
        </li>
        <li>
          <strong>Does the network let it out?</strong> {portsSentence(ingest)}
        </li>
        <li>
          <strong>SRT says only a number.</strong> 1401: it does not know the stream id. 1010 or 1011: the passphrase is
          wrong, missing, or not expected.
        </li>
        <li>
          <strong>Video and sound?</strong> H.264 and AAC always work.
        </li>
      </ul>
    </div>
  );
}

function portsSentence(ingest: IngestAddress | undefined): string {
  const port = (url: string | undefined, usual: string) => /:(\d+)(\/|$)/.exec(url ?? '')?.[1] ?? usual;
  const tcp = `${port(ingest?.rtmpUrl, '1935')} for RTMP, ${port(ingest?.rtmpsUrl, '1936')} for RTMPS`;
  return `Firewalls of offices and hotels often close these ports: TCP ${tcp}, UDP ${port(ingest?.srtUrl, '8890')} for SRT.`;
}

/** Whether something has been so for so long that somebody wonders. */
function useLong(isSo: boolean): boolean {
  const isLong = useSignal(false);
  useEffect(() => {
    isLong.value = false;
    if (!isSo) return undefined;
    const timer = setTimeout(() => {
      isLong.value = true;
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isSo, isLong]);
  return isLong.value;
}
