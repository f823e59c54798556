import { ExportLink } from '../api/clip.ts';
import { api } from '../session/session.ts';

/** Has the browser download a recording or a clip as one MP4 file. `path`: `/clips/{id}`. Throws ApiProblem. */
export async function download(path: string): Promise<void> {
  const { value } = await api.post(`${path}/export`, ExportLink, { body: {} });
  // The file's own header says that it is to be saved (Content-Disposition), so the page stays.
  const link = document.createElement('a');
  link.href = value.url;
  link.download = '';
  link.click();
}
