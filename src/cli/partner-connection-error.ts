import { type Sentence } from '../shared/problem.ts';
import { UsageError } from './command-error.ts';

/** Why no HTTP exchange came about, as a sentence for the person who asked. */
export function connectionError(cause: unknown, url: string): UsageError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const error = new UsageError(SENTENCES[code] ?? sentenceOf(code, url));
  error.cause = cause;
  return error;
}

const NO_LOCAL_ADDRESS = {
  tr: 'Bu makinede --local-address ile verilen adres yok. Makinenin bir adresini yazın.',
  en: 'This machine does not have the address given by --local-address. Give one of its addresses.',
};

const NOT_TRUSTED = {
  tr: 'Geçidin sertifikası tanınan bir makamdan değil. Doğru makam sertifikasını --ca ile gösterin.',
  en: 'The certificate of the gateway is not from a known authority. Name the right authority with --ca.',
};

const SENTENCES: Readonly<Record<string, Sentence | undefined>> = {
  EADDRNOTAVAIL: NO_LOCAL_ADDRESS,
  EINVAL: NO_LOCAL_ADDRESS,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: {
    tr: 'Anahtar bu sertifikanın değil. --cert ve --key ile aynı çifti verin.',
    en: 'The key is not that of the certificate. Give one pair with --cert and --key.',
  },
};

function sentenceOf(code: string, url: string): Sentence {
  const why = code === '' ? '' : ` (${code})`;
  if (code.startsWith('ERR_SSL') || code === 'ECONNRESET') {
    return {
      tr: `Geçit bağlantıyı kabul etmedi${why}. İstemci sertifikasını denetleyin.`,
      en: `The gateway did not accept the connection${why}. Check the client certificate.`,
    };
  }
  return {
    tr: `${url} adresindeki geçide ulaşılamadı${why}. Çalıştığını denetleyin; deneme ortamını npm start başlatır.`,
    en: `The gateway at ${url} could not be reached${why}. Check that it runs; npm start starts the demo realm.`,
  };
}
