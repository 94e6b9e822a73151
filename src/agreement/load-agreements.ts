import { type Agreement } from './agreement.ts';
import { FaultsError } from '../shared/fault.ts';
import { agreementFiles, readAgreementFiles } from './agreement-files.ts';

/**
 * Reads every `*.yaml` directly in a folder; names that begin with a dot are passed over. Several versions of one
 * agreement are all given: which of them answers is decided by the hash that its activation names.
 * @returns at least one agreement, by id and then version
 * @throws FaultsError with the faults of all files: unreadable or empty folder, a file at fault, a version given twice
 */
export function loadAgreements(folder: string): readonly Agreement[] {
  const read = readAgreementFiles(agreementFiles(folder));
  const faults = read.flatMap((one) => one.faults);
  if (faults.length > 0) throw new FaultsError(faults);
  return read
    .flatMap(({ agreement }) => (agreement === undefined ? [] : [agreement]))
    .sort((a, b) => (a.id === b.id ? a.version - b.version : a.id < b.id ? -1 : 1));
}
