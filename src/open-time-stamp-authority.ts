import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { trustedCertificates } from './audit/time-stamp/trusted-certificates.ts';
import { type Authentication } from './notary/authentication.ts';
import { HttpTimeStampAuthority } from './notary/http-time-stamp-authority.ts';
import { readPasswordFile } from './shared/password-file.ts';
import { type TimeStampAuthority } from './notary/time-stamp-authority.ts';
import { type TimeStampSettings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { FaultsError } from './shared/fault.ts';
import { storeFault } from './store/store-fault.ts';

/** @throws FaultsError when roots, address or password file cannot be used */
export function openTimeStampAuthority(given: TimeStampSettings, clock: Clock): TimeStampAuthority {
  const { authority: url, roots, authentication } = given;
  try {
    return new HttpTimeStampAuthority({
      name: new URL(url).host,
      url,
      clock,
      trusted: trustedCertificates(readFileSync(roots, 'utf8')),
      policy: given.policy ?? undefined,
      authentication: withPassword(authentication),
    });
  } catch (cause) {
    if (cause instanceof FaultsError) throw cause;
    throw storeFault('TIME_STAMP_SETTINGS', basename(roots), UNUSABLE, CHECK_SETTINGS);
  }
}

function withPassword(given: TimeStampSettings['authentication']): Authentication {
  if (given.kind === 'none') return given;
  const password = readPasswordFile(given.passwordFile);
  return given.kind === 'basic'
    ? { kind: 'basic', user: given.user, password }
    : { kind: 'kamusm', customerId: Number(given.user), password };
}

const UNUSABLE = {
  tr: 'zaman damgası makamının kök sertifikaları ya da adresi kullanılamıyor',
  en: 'the roots or the address of the time-stamp authority cannot be used',
};
const CHECK_SETTINGS = {
  tr: 'timeStamps.roots bir PEM dosyası olmalı; parola https olmayan bir adrese gönderilmez.',
  en: 'timeStamps.roots must be a PEM file; a password is not sent to an address that is not https.',
};
