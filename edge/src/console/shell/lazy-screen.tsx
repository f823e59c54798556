import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';

/**
 * A screen whose code comes when it is first shown. What could not be loaded may be of a version that is gone: a reload
 * brings the newest.
 */
export function lazyScreen<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function LazyScreen(props: P) {
    const state = useSignal<'loading' | 'loaded' | 'failed'>(loaded === undefined ? 'loading' : 'loaded');
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (screen) => {
          loaded = screen;
          state.value = 'loaded';
        },
        () => {
          state.value = 'failed';
        },
      );
    }, [state]);
    if (state.value === 'failed') return <NotLoaded />;
    const Screen = loaded;
    return state.value === 'loading' || Screen === undefined ? (
      <SkeletonLines count={5} what="Loading the page" />
    ) : (
      <Screen {...props} />
    );
  };
}

function NotLoaded() {
  return (
    <EmptyState
      heading="This page could not be loaded"
      action={<Button onClick={() => location.reload()}>Load it again</Button>}
      isHeading
    >
      The network is away, or there is a newer version of the console.
    </EmptyState>
  );
}
