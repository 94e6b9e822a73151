import { STAMP_FAULTS, type StampFault } from '../audit/time-stamp/stamp-fault.ts';
import { type Sentence } from '../shared/problem.ts';

/** What can go wrong on the way to an authority; what can be wrong with its answer are the faults of a time stamp. */
export type ConnectionFault =
  'unreachable' | 'slow' | 'refused' | 'redirected' | 'wrong-type' | 'insecure' | 'stopped';

export type AuthorityFault = ConnectionFault | StampFault;

export const CONNECTION_FAULTS: Readonly<Record<ConnectionFault, Sentence>> = {
  unreachable: {
    tr: 'Zaman damgası sağlayıcısına bağlanılamıyor. Adresini, ağ yolunu ve sunucu sertifikasını denetleyin.',
    en: 'The time-stamp authority cannot be reached. Check its address, the network path and its server certificate.',
  },
  slow: {
    tr: 'Zaman damgası sağlayıcısı süresi içinde yanıt vermedi. Ağ yolunu denetleyin ya da süreyi uzatın.',
    en: 'The time-stamp authority did not answer in time. Check the network path, or allow more time.',
  },
  refused: {
    tr: 'Zaman damgası sağlayıcısı isteği geri çevirdi. Adresi, kullanıcıyı, parolayı ve kontörü denetleyin.',
    en: 'The time-stamp authority refused the request. Check the address, the user, the password and the credit.',
  },
  redirected: {
    tr: 'Zaman damgası sağlayıcısı başka bir adrese yönlendiriyor; geçit ayarlardaki adresten ayrılmaz. Doğru adresi ayarlara yazın.',
    en: 'The time-stamp authority redirects elsewhere, and the gateway goes nowhere but to the configured address. Put the right address into the settings.',
  },
  'wrong-type': {
    tr: 'Yanıt bir zaman damgası yanıtı türünde değil. Sağlayıcının adresini ve aradaki vekil sunucuları denetleyin.',
    en: 'The answer does not have the media type of a time stamp. Check the address of the authority and any proxy on the way.',
  },
  insecure: {
    tr: 'Parola şifrelenmemiş bir bağlantıdan gönderilmez, adresin içine de yazılmaz. Sağlayıcının https adresini ve bir parola dosyası kullanın.',
    en: 'A password is not sent over a connection without encryption, nor taken from an address. Use the https address of the authority and a password file.',
  },
  stopped: {
    tr: 'Geçit durduğu için zaman damgası alınmadı. Geçit yeniden başladığında istenecektir.',
    en: 'The gateway stopped before the time stamp was received. It is asked for when the gateway runs again.',
  },
};

/** No time stamp was received. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError';
  readonly code: AuthorityFault;
  readonly messages: Sentence;

  constructor(code: AuthorityFault, cause?: unknown) {
    const messages = { ...STAMP_FAULTS, ...CONNECTION_FAULTS }[code];
    super(messages.en, { cause });
    this.code = code;
    this.messages = messages;
  }
}
