import { type FaultsError } from '../../shared/fault.ts';
import { errorCode, storeFault } from '../store-fault.ts';

/** The CKR code of PKCS#11 that a call ended with, e.g. `CKR_PIN_INCORRECT`. */
export function ckrOf(error: unknown): string {
  const [code = 'CKR_UNKNOWN'] = (error instanceof Error ? /CKR_\w+/.exec(error.message) : null) ?? [];
  return code;
}

export function tokenLibraryFault(library: string, cause: unknown): FaultsError {
  return errorCode(cause) === 'MODULE_NOT_FOUND'
    ? storeFault(
        'KEY_TOKEN_ADAPTER_MISSING',
        'pkcs11js',
        { tr: 'PKCS#11 için gereken paket kurulu değil', en: 'the package for PKCS#11 is not installed' },
        {
          tr: 'Bir C++ derleyicisi kurup "npm ci" komutunu yeniden çalıştırın; paketin adı pkcs11js.',
          en: 'Install a C++ compiler and run "npm ci" again; the package is pkcs11js.',
        },
      )
    : storeFault(
        'KEY_TOKEN_LIBRARY_MISSING',
        library,
        { tr: 'PKCS#11 kitaplığı yüklenemedi', en: 'the PKCS#11 library could not be loaded' },
        {
          tr: 'Ayarlardaki yolu ve kitaplığın bu işletim sistemi için olduğunu denetleyin.',
          en: 'Check the path in the settings, and that the library is one for this operating system.',
        },
      );
}

export function pinFileMissing(file: string): FaultsError {
  return storeFault(
    'KEY_TOKEN_PIN_MISSING',
    file,
    { tr: "belirtecin PIN'i bu dosyada yok", en: 'the file with the PIN of the token is missing or empty' },
    {
      tr: 'PIN\'i tek satır olarak yazın ve dosyaya "chmod 600" uygulayın.',
      en: 'Write the PIN as its only line, and apply "chmod 600" to the file.',
    },
  );
}

export function pinRefused(token: string, ckr: string): FaultsError {
  return storeFault(
    'KEY_TOKEN_PIN_REFUSED',
    token,
    { tr: `belirteç PIN'i kabul etmedi (${ckr})`, en: `the token refused the PIN (${ckr})` },
    {
      tr: 'PIN dosyasını düzeltip geçidi yeniden başlatın; birkaç yanlış denemeden sonra belirteç kilitlenir.',
      en: 'Correct the PIN file and start the gateway again; after a few wrong attempts the token locks itself.',
    },
  );
}

export function tokenMissing(token: string): FaultsError {
  return storeFault(
    'KEY_TOKEN_MISSING',
    token,
    { tr: 'bu etikette bir belirteç takılı değil', en: 'no token with this label is present' },
    {
      tr: 'Belirtecin takılı, ağının açık ve etiketinin ayarlardaki gibi olduğunu denetleyin.',
      en: 'Check that the token is plugged in or reachable, and that its label is the one in the settings.',
    },
  );
}

export function tokenKeyMissing(key: string): FaultsError {
  return storeFault(
    'KEY_TOKEN_KEY_MISSING',
    key,
    { tr: 'belirteçte bu etikette bir anahtar yok', en: 'the token holds no key with this label' },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse belirteci üreticisinin yedeğinden geri yükleyin.',
      en: 'Run "gecit init" for a new installation; otherwise restore the token from its manufacturer\'s backup.',
    },
  );
}

export function tokenKeyUnfit(key: string): FaultsError {
  return storeFault(
    'KEY_TOKEN_KEY_UNFIT',
    key,
    {
      tr: 'bu etikette birden çok anahtar var ya da anahtar, belirteçten çıkarılabilen veya 256 bit olmayan bir anahtar',
      en: 'several keys have this label, or the key can leave the token or has not 256 bits',
    },
    {
      tr: 'Etiketi tek bir anahtara verin: AES, 256 bit, CKA_SENSITIVE doğru, CKA_EXTRACTABLE yanlış.',
      en: 'Give the label to one key alone: AES, 256 bits, CKA_SENSITIVE true, CKA_EXTRACTABLE false.',
    },
  );
}

export function tokenFailed(token: string, error: unknown): FaultsError {
  const ckr = ckrOf(error);
  return storeFault(
    'KEY_TOKEN_FAILED',
    token,
    { tr: `belirteç işlemi yapamadı (${ckr})`, en: `the token failed (${ckr})` },
    {
      tr: 'Belirtecin durumunu üreticisinin aracıyla denetleyin; AES-GCM desteklemesi gerekir.',
      en: "Check the state of the token with its manufacturer's tool; it has to support AES-GCM.",
    },
  );
}
