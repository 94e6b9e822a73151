import { ready } from '../ready.mjs';

await ready();

/** A module of the built product, by its path in `dist`. */
export async function built(path) {
  return import(new URL(`../../dist/${path}`, import.meta.url));
}
