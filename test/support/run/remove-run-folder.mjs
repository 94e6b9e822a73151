import { rmSync } from 'node:fs';
import { stopPostgres } from './stop-postgres.mjs';

/** Removes the folder that the test files of this run shared, and ends what they shared. */
export default async function removeRunFolder() {
  const folder = process.env.TEST_RUN_FOLDER;
  await stopPostgres(folder);
  rmSync(folder, { recursive: true, force: true });
}
