import { render } from 'preact';
import * as z from 'zod/mini';
import { App } from './app.tsx';
import { followLinks } from './navigation.ts';
import { beginSession, watchOtherTabs } from './session/session.ts';
import { applyTheme } from './shell/theme.ts';

// The Content-Security-Policy allows no code out of strings, which zod would try to make its parsers of.
z.config({ jitless: true });

applyTheme();
followLinks();
watchOtherTabs();
void beginSession();
const root = document.getElementById('console');
if (root !== null) render(<App />, root);
