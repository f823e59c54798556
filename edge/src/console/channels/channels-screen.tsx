import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { mayDo } from '../api/caller.ts';
import { formatNumbered } from '../format/numbers.ts';
import { Button, ButtonLink } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Icon } from '../parts/icon.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useResource } from '../resource/use-resource.ts';
import { session } from '../session/session.ts';
import { Page } from '../shell/page.tsx';
import { ChannelCard } from './channel-card.tsx';
import { type ChannelCardFacts, channelCards } from './channel-cards.ts';
import { ChannelRow } from './channel-row.tsx';
import { channelsKind, type LoadedChannels, liveKind } from './channels-resource.ts';
import { lastLiveAtMs, sawLive } from './last-live.ts';

/** Fewer are found by looking. */
const FILTER_FROM = 9;
/** Whoever looks for a name among more than this many pages types it into the address. */
const PAGES_MAX = 10;

/** All channels, the live ones first. */
export function ChannelsScreen() {
  const pages = useSignal(1);
  const filter = useSignal('');
  const loaded = useResource(channelsKind, String(pages.value));
  const live = useResource(liveKind, '');
  // While more of them are loaded, those that there are stay.
  const shown = useRef<LoadedChannels | undefined>(undefined);
  shown.current = loaded.value.value ?? shown.current;
  const broadcasts = live.value.value;
  useEffect(() => {
    if (broadcasts !== undefined) sawLive(broadcasts, Date.now());
  }, [broadcasts]);

  const isFiltered = filter.value.trim() !== '';
  const hasMore = shown.current?.hasMore === true && pages.value < PAGES_MAX;
  const loadMore = () => {
    pages.value += 1;
  };
  useEffect(() => {
    // A name is looked for among all of them.
    if (isFiltered && hasMore && !loaded.isLoading.value) loadMore();
  });

  const problem = loaded.problem.value ?? live.problem.value;
  const retry = () => {
    loaded.reload();
    live.reload();
  };
  // Both, or what comes second would push away what came first.
  const isKnown = broadcasts !== undefined || live.problem.value !== undefined;
  const cards =
    shown.current === undefined || !isKnown
      ? undefined
      : channelCards({
          channels: shown.current.channels,
          live: broadcasts ?? [],
          lastLiveAtMs: lastLiveAtMs.value,
          filter: filter.value,
        });
  const isEmpty = cards?.length === 0 && !isFiltered;
  return (
    <Page
      title="Channels"
      actions={!isEmpty && <NewChannelLink />}
      lead={cards === undefined ? '\u00a0' : <Summary loaded={shown.current} live={broadcasts} />}
    >
      <div class="stack">
        {problem !== undefined && (
          <ErrorNote
            what={cards === undefined ? 'The channels could not be loaded' : 'What you see may be old'}
            problem={problem}
            onRetry={retry}
            isRetrying={loaded.isLoading.value || live.isLoading.value}
          />
        )}
        {cards !== undefined && (shown.current?.channels.length ?? 0) >= FILTER_FROM && (
          <FilterField
            value={filter.value}
            onValue={(value) => {
              filter.value = value;
            }}
            found={isFiltered ? cards?.length : undefined}
          />
        )}
        {cards === undefined && problem === undefined && <Skeletons />}
        {isEmpty && <NoChannels />}
        {cards !== undefined && cards.length > 0 && <Grid cards={cards} />}
        {isFiltered && cards?.length === 0 && <p class="dim">No channel has “{filter.value.trim()}” in its name.</p>}
        {hasMore && !isFiltered && (
          <div class="more">
            <Button onClick={loadMore} isBusy={loaded.isLoading.value}>
              Load more channels
            </Button>
          </div>
        )}
      </div>
    </Page>
  );
}

function Grid({ cards }: { readonly cards: readonly ChannelCardFacts[] }) {
  const live = cards.flatMap(({ broadcast }) => (broadcast === undefined ? [] : [broadcast]));
  const others = cards.filter(({ broadcast }) => broadcast === undefined);
  return (
    <>
      {live.length > 0 && (
        <section>
          <h2 class="grid-title">Live</h2>
          <ul class="channel-grid">
            {live.map((broadcast) => (
              <ChannelCard key={broadcast.channelId} broadcast={broadcast} />
            ))}
          </ul>
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h2 class="grid-title">Offline</h2>
          <ul class="channel-rows">
            {others.map((card) => (
              <ChannelRow key={card.channelId} card={card} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface SummaryProps {
  readonly loaded: LoadedChannels | undefined;
  readonly live: readonly { readonly viewers: number }[] | undefined;
}

function Summary({ loaded, live }: SummaryProps) {
  const count = loaded?.channels.length ?? 0;
  const many = loaded?.hasMore ? `more than ${count} channels` : formatNumbered(count, 'channel');
  if (live === undefined || live.length === 0) return <>{`${many}, none live`}</>;
  return <>{`${live.length} live of ${many}`}</>;
}

function NewChannelLink() {
  const state = session.value;
  if (state.kind !== 'signed-in' || !mayDo(state.caller, 'channels:write')) return null;
  return (
    <ButtonLink href="/channels/new" look="primary" icon="add">
      New channel
    </ButtonLink>
  );
}

function NoChannels() {
  return (
    <EmptyState heading="No channels yet" icon="broadcast" action={<NewChannelLink />}>
      A channel is what you stream to. Make one, and the next page tells you what to type into OBS.
    </EmptyState>
  );
}

interface FilterProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** How many there are of what was typed. */
  readonly found: number | undefined;
}

function FilterField({ value, onValue, found }: FilterProps) {
  const id = useId();
  return (
    <search class="filter">
      <label class="visually-hidden" for={id}>
        Find a channel
      </label>
      <div class="input">
        <Icon name="search" />
        <input
          id={id}
          type="search"
          placeholder="Find a channel"
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      </div>
      <span class="visually-hidden" role="status">
        {found === undefined ? '' : `${formatNumbered(found, 'channel')} found`}
      </span>
    </search>
  );
}

/** As many as fit on most screens. */
const SKELETONS = 6;

function Skeletons() {
  return (
    <div class="channel-grid" role="status">
      <span class="visually-hidden">Loading channels</span>
      {Array.from({ length: SKELETONS }, (_, index) => (
        <Skeleton key={index} class="channel-skeleton" />
      ))}
    </div>
  );
}
