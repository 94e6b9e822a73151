import { ready } from '../ready.mjs';

// A forked process relies on what its parent made ready: installing again under a running measurement would break both.
if (process.send === undefined) await ready();

/** A module of the built product, by its path in `dist`. */
export async function built(path) {
  return import(new URL(`../../dist/${path}`, import.meta.url));
}
