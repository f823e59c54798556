import { useEffect, useRef } from 'preact/hooks';
import type { ApiProblem } from '../api/api-problem.ts';
import { announce } from '../parts/announcer.tsx';
import { Badge } from '../parts/badge.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Icon } from '../parts/icon.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { TabLinks } from '../parts/tabs.tsx';
import type { Resource } from '../resource/resource.ts';
import { useResource } from '../resource/use-resource.ts';
import { CHANNEL_TABS, type ChannelTab, channelPath } from '../route.ts';
import { Page } from '../shell/page.tsx';
import { channelKind, type ReadChannel } from './channel-resource.ts';
import { ConnectTab } from './connect-tab.tsx';
import { LiveTab } from './live-tab.tsx';
import { RecordingsTab } from './recordings-tab.tsx';
import { RestreamTab } from './restream-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { ShareTab } from './share-tab.tsx';

const TAB_NAMES: Readonly<Record<ChannelTab, string>> = {
  live: 'Live',
  recordings: 'Recordings',
  restream: 'Restream',
  share: 'Share',
  connect: 'Connect',
  settings: 'Settings',
};

/** What each tab of a channel is given. */
export interface ChannelTabProps {
  readonly channelId: string;
  readonly resource: Resource<ReadChannel>;
  readonly read: ReadChannel;
}

/** One channel: its name, its tabs, and the one of them that the address asks for. */
export function ChannelScreen({ channelId, tab }: { readonly channelId: string; readonly tab: ChannelTab }) {
  const resource = useResource(channelKind, channelId);
  const read = resource.value.value;
  const problem = resource.problem.value;
  useTabSaid(TAB_NAMES[tab]);
  if (problem?.code === 'no-such-channel') return <NoSuchChannel channelId={channelId} />;
  return (
    <>
      <a class="back-link" href="/">
        <Icon name="back" />
        Channels
      </a>
      <Page
        title={tab === 'live' ? channelId : `${TAB_NAMES[tab]} · ${channelId}`}
        heading={<Heading id={channelId} read={read} />}
        name={channelId}
      >
        <TabLinks
          label={`Channel ${channelId}`}
          tabs={CHANNEL_TABS.map((each) => ({
            href: channelPath(channelId, each),
            name: TAB_NAMES[each],
            isHere: each === tab,
          }))}
        />
        <div class="tab-panel stack">
          {problem !== undefined && <Trouble problem={problem} resource={resource} />}
          {read !== undefined && <Tab tab={tab} channelId={channelId} resource={resource} read={read} />}
          {read === undefined && problem === undefined && <SkeletonLines count={4} what="Loading the channel" />}
        </div>
      </Page>
    </>
  );
}

/** The focus stays on the tab that was chosen, so its name is said. */
function useTabSaid(name: string): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) announce(name);
    isFirst.current = false;
  }, [name]);
}

function Heading({ id, read }: { readonly id: string; readonly read: ReadChannel | undefined }) {
  return (
    <span class="channel-heading">
      <span>{id}</span>
      {read?.channel.isPrivate && (
        <Badge>
          <Icon name="lock" />
          Private
        </Badge>
      )}
      {read?.channel.isDisabled && <Badge tone="warning">Disabled</Badge>}
      {read?.channel.isBeingDeleted && <Badge tone="warning">Being deleted</Badge>}
    </span>
  );
}

function Tab({ tab, ...props }: ChannelTabProps & { readonly tab: ChannelTab }) {
  switch (tab) {
    case 'live':
      return <LiveTab {...props} />;
    case 'recordings':
      return <RecordingsTab {...props} />;
    case 'restream':
      return <RestreamTab {...props} />;
    case 'share':
      return <ShareTab {...props} />;
    case 'connect':
      return <ConnectTab {...props} />;
    case 'settings':
      return <SettingsTab {...props} />;
  }
}

function Trouble({ problem, resource }: { readonly problem: ApiProblem; readonly resource: Resource<ReadChannel> }) {
  const what = resource.value.value === undefined ? 'The channel could not be loaded' : 'What you see may be old';
  return (
    <ErrorNote what={what} problem={problem} onRetry={() => resource.reload()} isRetrying={resource.isLoading.value} />
  );
}

function NoSuchChannel({ channelId }: { readonly channelId: string }) {
  return (
    <Page title="No such channel" name={channelId}>
      <EmptyState heading={`There is no channel “${channelId}”`} action={<ButtonLink href="/">Channels</ButtonLink>}>
        It may have been deleted, or belong to another team.
      </EmptyState>
    </Page>
  );
}
