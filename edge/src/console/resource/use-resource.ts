import { useEffect, useMemo } from 'preact/hooks';
import { pageLife } from './page-life.ts';
import { Resource } from './resource.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Something that is asked for as long as the component is shown; another key is another thing. */
export function useResource<T>(kind: ResourceKind<T>, key: string): Resource<T> {
  const resource = useMemo(() => {
    const { everyMs } = kind;
    const load = (signal: AbortSignal) => kind.load(key, signal);
    return new Resource(
      { load, everyMs, before: kind.recall(key), onValue: (value) => kind.remember(key, value) },
      pageLife,
    );
  }, [kind, key]);
  useEffect(() => {
    resource.start();
    return () => resource.stop();
  }, [resource]);
  return resource;
}
