import { type Sentence } from '../../shared/problem.ts';

/** Every way in which a time stamp can fail its check, in the order in which they are looked for. */
export type StampFault =
  | 'too-large'
  | 'unreadable'
  | 'not-granted'
  | 'wrong-content'
  | 'wrong-version'
  | 'wrong-algorithm'
  | 'wrong-imprint'
  | 'wrong-nonce'
  | 'attributes-wrong'
  | 'digest-differs'
  | 'signature-unsupported'
  | 'signer-missing'
  | 'signature-wrong'
  | 'signer-differs'
  | 'chain-unknown'
  | 'certificate-not-valid'
  | 'usage-wrong'
  | 'wrong-policy'
  | 'time-differs';

/** What each fault means, and what to do. */
export const STAMP_FAULTS: Readonly<Record<StampFault, Sentence>> = {
  'too-large': {
    tr: 'Zaman damgası 64 KiB ya da 16 sertifika sınırını aşıyor. Zaman damgası sağlayıcısının adresini denetleyin.',
    en: 'The time stamp is larger than 64 KiB or holds more than 16 certificates. Check the address of the time-stamp authority.',
  },
  unreadable: {
    tr: 'Baytlar bir RFC 3161 zaman damgası yanıtı değil. Dosyayı yedektekiyle karşılaştırın ya da sağlayıcıya bildirin.',
    en: 'The bytes are no RFC 3161 time-stamp response. Compare the file with a backup, or report it to the authority.',
  },
  'not-granted': {
    tr: 'Sağlayıcı zaman damgasını vermedi. Hesabı, kontörü ve istenen politikayı denetleyin.',
    en: 'The authority did not grant the time stamp. Check the account, its credit and the policy that is asked for.',
  },
  'wrong-content': {
    tr: 'Yanıt imzalı bir zaman damgası içermiyor. Sağlayıcıya bildirin.',
    en: 'The response holds no signed time stamp. Report it to the authority.',
  },
  'wrong-version': {
    tr: 'Zaman damgasının sürümü ya da zorunlu eki tanınmıyor. Geçidin yeni sürümüyle doğrulayın.',
    en: 'The time stamp has an unknown version or critical extension. Verify it with a newer version of the gateway.',
  },
  'wrong-algorithm': {
    tr: 'Zaman damgası SHA-256 dışında bir özet üzerine verilmiş. Sağlayıcıya bildirin.',
    en: 'The time stamp is over another digest than SHA-256. Report it to the authority.',
  },
  'wrong-imprint': {
    tr: 'Zaman damgası başka bir veriye ait. Hangi kontrol noktasına ait olduğunu araştırın.',
    en: 'The time stamp belongs to other data. Find out to which checkpoint it belongs.',
  },
  'wrong-nonce': {
    tr: 'Zaman damgası bu isteğe verilmemiş: sayısı farklı. Ağ yolunu ve sağlayıcının adresini denetleyin.',
    en: 'The time stamp does not answer this request: its nonce is another. Check the network path and the address of the authority.',
  },
  'attributes-wrong': {
    tr: 'Zaman damgasının imzalı nitelikleri eksik ya da yinelenmiş. Belgeyi delil olarak kullanmayın.',
    en: 'Signed attributes of the time stamp are missing or doubled. Do not use it as evidence.',
  },
  'digest-differs': {
    tr: 'Zaman damgasının içeriği imzalanan özete uymuyor: değiştirilmiş. Yedektekiyle karşılaştırın.',
    en: 'The content of the time stamp does not have the digest that was signed: it was changed. Compare it with a backup.',
  },
  'signature-unsupported': {
    tr: 'Zaman damgası desteklenmeyen bir imza yöntemi kullanıyor. SHA-256 ve üstü ile 2048 bit RSA ya da P-256 veya P-384 üzerinde ECDSA gerekir.',
    en: 'The time stamp uses a signature scheme that is not supported. RSA of 2048 bits or ECDSA on P-256 or P-384, with SHA-256 or more, is needed.',
  },
  'signer-missing': {
    tr: 'İmzalayanın sertifikası zaman damgasında yok. Sertifikayı ara sertifikalara ekleyin.',
    en: 'The certificate of the signer is not in the time stamp. Add it to the intermediate certificates.',
  },
  'signature-wrong': {
    tr: 'Zaman damgasının imzası tutmuyor: değiştirilmiş ya da sahte. Yedektekiyle karşılaştırın.',
    en: 'The signature of the time stamp is wrong: it was changed or forged. Compare it with a backup.',
  },
  'signer-differs': {
    tr: 'İmzayı atan sertifika, zaman damgasının adını verdiği sertifika değil. Belgeyi delil olarak kullanmayın.',
    en: 'The certificate that made the signature is not the one that the time stamp names. Do not use it as evidence.',
  },
  'chain-unknown': {
    tr: 'İmzalayanın sertifikası güvenilen bir köke bağlanmıyor. Kök ve ara sertifikaları denetleyin.',
    en: 'The certificate of the signer does not lead to a trusted root. Check the root and intermediate certificates.',
  },
  'certificate-not-valid': {
    tr: 'Bir sertifika, zaman damgasının söylediği anda geçerli değil. Sağlayıcıya bildirin.',
    en: 'A certificate was not valid at the moment that the time stamp states. Report it to the authority.',
  },
  'usage-wrong': {
    tr: 'İmzalayanın sertifikası yalnızca zaman damgası için verilmemiş. Belgeyi delil olarak kullanmayın.',
    en: 'The certificate of the signer was not issued for time stamps alone. Do not use it as evidence.',
  },
  'wrong-policy': {
    tr: 'Zaman damgası başka bir politikayla verilmiş. Ayarlardaki politika numarasını denetleyin.',
    en: 'The time stamp was issued under another policy. Check the policy in the settings.',
  },
  'time-differs': {
    tr: 'Zaman damgasının zamanı geçidin saatine uymuyor. Geçidin saatini denetleyin.',
    en: 'The time of the time stamp does not agree with the clock of the gateway. Check the clock of the gateway.',
  },
};

/** Ends the check of a time stamp at its first fault. */
export class StampError extends Error {
  override readonly name = 'StampError';
  readonly code: StampFault;

  constructor(code: StampFault, cause?: unknown) {
    super(STAMP_FAULTS[code].en, { cause });
    this.code = code;
  }
}
