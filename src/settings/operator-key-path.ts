import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Environment } from './environment.ts';
import { type Realm } from './settings.ts';

/** Where this person's private key stands: the variable, else the demo operator's, else the user's own folder. */
export function operatorKeyPath(
  environment: Environment,
  realm: Realm,
  dataFolder: string,
  root: string,
): string {
  const given = environment['GECIT_OPERATOR_KEY'];
  if (given !== undefined && given !== '') return resolve(root, given);
  if (realm === 'demo') return join(dataFolder, 'operators', 'demo.key');
  const configured = environment['XDG_CONFIG_HOME'];
  const folder = configured === undefined || configured === '' ? join(homedir(), '.config') : configured;
  return join(folder, 'gecit', 'operator.key');
}
