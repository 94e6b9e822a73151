import { type Fault } from '../shared/fault.ts';
import { type YamlFile } from '../shared/yaml-file.ts';
import { checkAnnexes } from './checks/check-annexes.ts';
import { checkIds } from './checks/check-ids.ts';
import { checkLimits } from './checks/check-limits.ts';
import { checkParties } from './checks/check-parties.ts';
import { checkPlaceholders } from './checks/check-placeholders.ts';
import { checkReferences } from './checks/check-references.ts';
import { type Check } from './checks/probe.ts';

const CHECKS: readonly Check[] = [
  checkParties,
  checkIds,
  checkReferences,
  checkAnnexes,
  checkLimits,
  checkPlaceholders,
];

/**
 * Faults between the values of an agreement file, each at its line. The content may be wrong in any way: these
 * checks look at what is there, so that one report holds them beside the faults of the schema.
 */
export function crossFaults(yaml: YamlFile): Fault[] {
  return CHECKS.flatMap((check) => check({ path: [], value: yaml.content })).map(
    ({ code, path, message, remedy }) => ({
      code: `AGREEMENT_${code}`,
      file: yaml.file,
      line: yaml.lineOf(path),
      key: path.join('.'),
      message,
      remedy,
    }),
  );
}
