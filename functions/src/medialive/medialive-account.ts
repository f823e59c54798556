import {
  CreateChannelCommand,
  type CreateChannelCommandInput,
  CreateInputCommand,
  type CreateInputCommandInput,
  CreateInputSecurityGroupCommand,
  type CreateInputSecurityGroupCommandInput,
  DeleteChannelCommand,
  DeleteInputCommand,
  DeleteInputSecurityGroupCommand,
  DescribeChannelCommand,
  DescribeInputCommand,
  type MediaLiveClient,
  paginateListChannels,
  paginateListInputSecurityGroups,
  paginateListInputs,
  StartChannelCommand,
  StopChannelCommand,
} from '@aws-sdk/client-medialive';
import { MediaLiveFault, mediaLiveFault, thatPasses } from './medialive-fault.ts';
import { CHANNEL_TAG, DEPLOYMENT_TAG, GENERATION_TAG } from './medialive-requests.ts';

/** Something of ours in the account. */
export interface Tagged {
  readonly kind: 'channel' | 'input' | 'security-group';
  readonly id: string;
  /** Of its tags. */
  readonly channelId: string;
  readonly generation: string;
  /** AWS' word. */
  readonly state: string;
}

/**
 * MediaLive in one account and region: its calls, as few as we need. All may reject with a MediaLiveFault, which is
 * `refused` only where something is to be made or started: a question that is refused leaves things as they are, and some
 * of them cost money.
 */
export class MediaLiveAccount {
  readonly #client: MediaLiveClient;
  readonly #deployment: string;

  constructor(client: MediaLiveClient, deployment: string) {
    this.#client = client;
    this.#deployment = deployment;
  }

  async createSecurityGroup(input: CreateInputSecurityGroupCommandInput): Promise<string> {
    const { SecurityGroup } = await made(this.#client.send(new CreateInputSecurityGroupCommand(input)));
    return needed(SecurityGroup?.Id);
  }

  async createInput(input: CreateInputCommandInput): Promise<string> {
    return needed((await made(this.#client.send(new CreateInputCommand(input)))).Input?.Id);
  }

  async createChannel(input: CreateChannelCommandInput): Promise<string> {
    return needed((await made(this.#client.send(new CreateChannelCommand(input)))).Channel?.Id);
  }

  /** `undefined`: it is gone. */
  async input(InputId: string): Promise<{ readonly state: string; readonly urls: readonly string[] } | undefined> {
    const found = await whereThere(this.#client.send(new DescribeInputCommand({ InputId })));
    if (found === undefined || found.State === 'DELETED') return undefined;
    const urls = (found.Destinations ?? []).flatMap(({ Url }) => Url ?? []);
    return { state: found.State ?? '', urls };
  }

  /** AWS' word for its state; `undefined`: it is gone. */
  async channelState(ChannelId: string): Promise<string | undefined> {
    const found = await whereThere(this.#client.send(new DescribeChannelCommand({ ChannelId })));
    return found === undefined || found.State === 'DELETED' ? undefined : (found.State ?? '');
  }

  async startChannel(ChannelId: string): Promise<void> {
    await made(this.#client.send(new StartChannelCommand({ ChannelId })));
  }

  async stopChannel(ChannelId: string): Promise<void> {
    await done(this.#client.send(new StopChannelCommand({ ChannelId })));
  }

  /** What is gone is gone. */
  async remove({ kind, id }: Pick<Tagged, 'kind' | 'id'>): Promise<void> {
    if (kind === 'channel') await whereThere(this.#client.send(new DeleteChannelCommand({ ChannelId: id })));
    else if (kind === 'input') await whereThere(this.#client.send(new DeleteInputCommand({ InputId: id })));
    else await whereThere(this.#client.send(new DeleteInputSecurityGroupCommand({ InputSecurityGroupId: id })));
  }

  /** Everything with our deployment's tag, channels first: they hold the inputs, and those the groups. */
  all(): Promise<Tagged[]> {
    return done(this.#all());
  }

  async #all(): Promise<Tagged[]> {
    const found: Tagged[] = [];
    const note = (kind: Tagged['kind'], id?: string, state = '', tags: Record<string, string> = {}) => {
      const isOurs = tags[DEPLOYMENT_TAG] === this.#deployment;
      if (!isOurs || id === undefined || state === 'DELETED') return;
      found.push({ kind, id, state, channelId: tags[CHANNEL_TAG] ?? '', generation: tags[GENERATION_TAG] ?? '' });
    };
    const client = this.#client;
    for await (const { Channels = [] } of paginateListChannels({ client }, {})) {
      for (const { Id, State, Tags } of Channels) note('channel', Id, State, Tags);
    }
    for await (const { Inputs = [] } of paginateListInputs({ client }, {})) {
      for (const { Id, State, Tags } of Inputs) note('input', Id, State, Tags);
    }
    for await (const { InputSecurityGroups = [] } of paginateListInputSecurityGroups({ client }, {})) {
      for (const { Id, State, Tags } of InputSecurityGroups) note('security-group', Id, State, Tags);
    }
    return found;
  }
}

/** Of a call that makes or starts something. */
async function made<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw mediaLiveFault(error);
  }
}

/** Of any other one. */
async function done<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw thatPasses(mediaLiveFault(error));
  }
}

async function whereThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await done(call);
  } catch (error) {
    if (error instanceof MediaLiveFault && error.kind === 'gone') return undefined;
    throw error;
  }
}

function needed(id: string | undefined): string {
  if (id === undefined) throw new Error('MediaLive made something without a name');
  return id;
}
