import { readFile, rename, rm } from 'node:fs/promises';
import { writePrivateFile } from '../identity/certificates/write-private-file.ts';
import { readDemoFile, writeDemoFile } from './demo-file.ts';
import { type DemoFolders, realmPaths } from './realm-paths.ts';

/** Tells the demo file where the gateway listens now, e.g. after another port was set. Replaces it in one step. */
export async function updatePartnerUrl(folders: DemoFolders, partnerUrl: string): Promise<void> {
  const { demoFile } = realmPaths(folders);
  const content = readDemoFile(await readFile(demoFile, 'utf8'));
  if (content === undefined || content.partnerUrl === partnerUrl) return;
  const replacement = `${demoFile}.new`;
  await rm(replacement, { force: true });
  await writePrivateFile(replacement, writeDemoFile({ ...content, partnerUrl }));
  await rename(replacement, demoFile);
}
