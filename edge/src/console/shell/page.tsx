import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { session } from '../session/session.ts';

const SITE = 'Sluice';

/** The first page comes with the document, which has its own focus. */
let isFirst = true;

interface PageProps {
  /** In the browser's tab, and as the heading unless `heading` says it otherwise. */
  readonly title: string;
  readonly heading?: ComponentChildren;
  /** Beside the heading. */
  readonly actions?: ComponentChildren;
  /** Below the heading. */
  readonly lead?: ComponentChildren;
  /** Pages of this name are one: going from one to the other does not move the focus. */
  readonly name?: string;
  readonly children?: ComponentChildren;
}

/** A page: it names the tab, and its heading takes the focus, so that a screen reader says where one is. */
export function Page({ title, heading = title, actions, lead, name = title, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  const isSignedIn = session.value.kind === 'signed-in';
  useEffect(() => {
    document.title = title === SITE ? SITE : `${title} · ${SITE}`;
  }, [title]);
  // Another name is another page.
  useEffect(() => {
    if (!isFirst) head.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [name, isSignedIn]);
  return (
    <>
      <div class="page-head">
        <h1 ref={head} tabIndex={-1}>
          {heading}
        </h1>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
        {lead !== undefined && <div class="page-lead">{lead}</div>}
      </div>
      {children}
    </>
  );
}
