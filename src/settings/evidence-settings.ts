import {
  type MasterKeySettings,
  type Settings,
  type TimeStampSettings,
  type WitnessSettings,
} from './settings.ts';
import { type SettingsFile } from './settings-schema.ts';

const HOUR = 60 * 60 * 1000;

type Expand = (text: string) => string;

/** What the settings file says about checkpoints, time stamps, witnesses and the master key, with absolute paths. */
export function evidenceSettings(
  { evidence, timeStamps, witness, masterKey }: SettingsFile,
  expand: Expand,
): Pick<Settings, 'evidence' | 'timeStamps' | 'witness' | 'masterKey'> {
  return {
    evidence,
    timeStamps: stampSettings(timeStamps, expand),
    witness: witnessSettings(witness, expand),
    masterKey: masterKeySettings(masterKey, expand),
  };
}

function stampSettings(file: SettingsFile['timeStamps'], expand: Expand): TimeStampSettings | null {
  const { authority, roots, policy, at, staleHours } = file;
  if (authority === 'none' || roots === undefined) return null;
  const given = file.authentication ?? { kind: 'none' };
  return {
    authority,
    policy: policy ?? null,
    roots: expand(roots),
    authentication: given.kind === 'none' ? given : { ...given, passwordFile: expand(given.passwordFile) },
    at,
    staleMilliseconds: Math.round(staleHours * HOUR),
  };
}

function witnessSettings(file: SettingsFile['witness'], expand: Expand): WitnessSettings {
  const at = (text: string | undefined): string | null => (text === undefined ? null : expand(text));
  const { policy, logs, certificate, key, ca, pushSeconds } = file;
  return {
    policy: at(policy),
    logs: at(logs),
    certificate: at(certificate),
    key: at(key),
    ca: at(ca),
    pushSeconds,
  };
}

function masterKeySettings(file: SettingsFile['masterKey'], expand: Expand): MasterKeySettings {
  if (file.kind === 'file') return file;
  return { ...file, library: expand(file.library), pinFile: expand(file.pinFile) };
}
