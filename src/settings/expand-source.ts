import { type Environment } from './environment.ts';
import { type Folders } from './placeholders.ts';

/** What the texts of a source may stand on. */
export interface Surroundings {
  readonly folders: Folders;
  /** The project's root, on which relative paths stand. */
  readonly root: string;
  readonly environment: Environment;
}

/** Gives the settings of one kind of source their absolute paths and what the environment holds for them. */
export type ExpandSource<Written, Expanded = Written> = (
  source: Written,
  surroundings: Surroundings,
) => Expanded;
