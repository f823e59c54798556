import { Component, type ComponentChildren } from 'preact';
import { Button } from '../parts/button.tsx';
import { EmptyState } from '../parts/empty-state.tsx';

interface Props {
  /** Another one is tried anew. */
  readonly place: string;
  readonly children: ComponentChildren;
}

/** What a fault of ours leaves: the shell around it, and a way on. */
export class ErrorBoundary extends Component<Props, { failedAt: string | undefined }> {
  override state = { failedAt: undefined };

  override componentDidCatch(error: unknown): void {
    // biome-ignore lint/suspicious/noConsole: whoever is asked to look at this begins here.
    console.error(error);
    this.setState({ failedAt: this.props.place });
  }

  render({ place, children }: Props, { failedAt }: { failedAt: string | undefined }) {
    if (failedAt !== place) return children;
    return (
      <EmptyState
        heading="This page failed"
        action={<Button onClick={() => location.reload()}>Load it again</Button>}
        isHeading
      >
        That is a fault in the console. What is live goes on. The browser’s console has the details.
      </EmptyState>
    );
  }
}
