import { type ProblemCode, type Sentence } from './problem.ts';

/** The public sentences of every problem: what happened and what to do. A missing translation does not compile. */
export const PROBLEM_MESSAGES: Readonly<Record<ProblemCode, Sentence>> = {
  AGENCY_NOT_RECOGNISED: {
    tr: 'İstemci sertifikası kayıtlı bir kuruma ait değil. Kayıtlı sertifikanızla bağlanın.',
    en: 'The client certificate does not belong to a registered agency. Connect with your registered certificate.',
  },
  REVOCATION_UNKNOWN: {
    tr: 'Sertifika makamının iptal listesi güncel değil; sertifikanızın iptal edilmediği doğrulanamıyor. Daha sonra yeniden deneyin.',
    en: "The certificate authority's list of revoked certificates is overdue, so that it cannot be verified that yours is not revoked. Try again later.",
  },
  OFFICIAL_NOT_RECOGNISED: {
    tr: 'Yetkili personel doğrulanamadı. Bu sertifika ile yeni bir erişim belirteci alın.',
    en: 'The official could not be verified. Obtain a new access token with this certificate.',
  },
  AGREEMENT_NOT_FOUND: {
    tr: 'Kurumunuzun tarafı olduğu böyle bir protokol yok. Protokol kimliğini denetleyin.',
    en: 'There is no such agreement to which your agency is a party. Check the agreement id.',
  },
  AGREEMENT_NOT_IN_FORCE: {
    tr: 'Protokol şu anda yürürlükte değil. Sorumlu biriminizle görüşün.',
    en: 'The agreement is not in force at this time. Contact the unit in charge of it.',
  },
  OPERATION_NOT_AGREED: {
    tr: 'Protokol kurumunuza bu işlemi tanımıyor. Protokolde yazılı işlemleri kullanın.',
    en: 'The agreement does not grant your agency this operation. Use an operation that the agreement lists.',
  },
  ADDRESS_NOT_ALLOWED: {
    tr: 'Bu ağ adresinden sorgu yapılamaz. Bildirilmiş adresinizden bağlanın.',
    en: 'Queries are not allowed from this network address. Connect from your notified address.',
  },
  OFFICIAL_NOT_AUTHORISED: {
    tr: 'Personelin bu işlem için geçerli yetkisi yok. Ek-3 listesinin güncellenmesini isteyin.',
    en: 'The official has no valid authority for this operation. Ask for the Ek-3 list to be updated.',
  },
  UNDERTAKING_REQUIRED: {
    tr: 'Geçerli gizlilik taahhütnamesi (Ek-2) kayıtlı değil. Taahhütnameyi imzalayıp bildirin.',
    en: 'No valid confidentiality undertaking (Ek-2) is registered. Sign and notify the undertaking.',
  },
  TRAINING_REQUIRED: {
    tr: 'Geçerli eğitim kaydı yok. Eğitimi tamamlayıp belgesini bildirin.',
    en: 'There is no valid training evidence. Complete the training and notify its certificate.',
  },
  PURPOSE_NOT_AGREED: {
    tr: 'Bu amaç protokolde veya personelin yetkisinde yok. Tanımlı bir amaç kodu kullanın.',
    en: 'This purpose is not in the agreement or not granted to the official. Use a listed purpose code.',
  },
  REQUEST_INVALID: {
    tr: 'İstek geçersiz. Belirtilen alanları düzeltin.',
    en: 'The request is not valid. Correct the members that are named.',
  },
  QUOTA_EXCEEDED: {
    tr: 'Günlük sorgu kotası doldu. Yeni takvim gününde yeniden deneyin.',
    en: 'The daily query quota is used up. Try again on the next calendar day.',
  },
  RATE_LIMITED: {
    tr: 'Çok sık istek gönderildi. Belirtilen süre kadar bekleyin.',
    en: 'Requests came too fast. Wait for the time that is given.',
  },
  SOURCE_UNAVAILABLE: {
    tr: 'Veri kaynağı şu anda yanıt vermiyor. Daha sonra yeniden deneyin; kotadan düşülmedi.',
    en: 'The data source does not answer at this time. Try again later; no quota was used.',
  },
  SOURCE_ANSWER_INVALID: {
    tr: 'Veri kaynağının yanıtı protokole uymuyor. Veren kurumun düzeltmesi gerekir; kotadan düşülmedi.',
    en: 'The answer of the data source does not fit the agreement. The provider must mend it; no quota was used.',
  },
  AUDIT_NOT_DURABLE: {
    tr: 'İz kaydı kalıcı olarak yazılamadı, bu nedenle veri verilmedi. Daha sonra yeniden deneyin.',
    en: 'The audit record could not be made durable, so no data was given. Try again later.',
  },
  EVIDENCE_STALE: {
    tr: 'Geçidin iz kaydı uzun süredir dışarıdan onaylanamıyor, bu nedenle veri verilmedi. Daha sonra yeniden deneyin.',
    en: 'The audit log of the gateway has gone without outside confirmation for too long, so no data was given. Try again later.',
  },
  CLOCK_UNRELIABLE: {
    tr: 'Geçidin saatine güvenilemiyor, bu nedenle veri verilmedi. Daha sonra yeniden deneyin.',
    en: 'The clock of the gateway cannot be relied on, so no data was given. Try again later.',
  },
  OVERLOADED: {
    tr: 'Geçit şu anda çok yüklü. Belirtilen süre sonunda yeniden deneyin.',
    en: 'The gateway is overloaded at this time. Try again after the time that is given.',
  },
  IDEMPOTENCY_CONFLICT: {
    tr: 'Bu Idempotency-Key başka bir istekle kullanılmış. Yeni bir anahtar kullanın.',
    en: 'This Idempotency-Key was used with another request. Use a new key.',
  },
  RECEIPT_NOT_FOUND: {
    tr: 'Bu kimlikte, kurumunuzun aldığı bir yanıt yok. Yanıttaki queryId değerini verin.',
    en: 'Your agency got no answer with this id. Give the queryId of the answer.',
  },
  CHECKPOINT_NOT_FOUND: {
    tr: 'Bu boyda yayımlanmış bir kontrol noktası yok. Boyları yayımlanmış kontrol noktalarından alın.',
    en: 'No checkpoint of this size was published. Take the sizes from published checkpoints.',
  },
  WITNESS_UNCERTAIN: {
    tr: 'Bu günlüğe en son hangi boyda tanıklık edildiği kesin değil, bu nedenle tanıklık edilmedi. Daha sonra yeniden deneyin.',
    en: 'It is uncertain which size of this log was cosigned last, so nothing was cosigned. Try again later.',
  },
  ROUTE_NOT_FOUND: {
    tr: 'Böyle bir adres yok. Protokol belgesindeki adresi kullanın.',
    en: 'There is no such route. Use the address given in the documentation.',
  },
  PAYLOAD_TOO_LARGE: {
    tr: 'İstek gövdesi çok büyük. Yalnızca istenen alanları gönderin.',
    en: 'The request body is too large. Send only the members that are asked for.',
  },
  MEDIA_TYPE_NOT_SUPPORTED: {
    tr: 'İçerik türü desteklenmiyor. İsteği application/json olarak gönderin.',
    en: 'The media type is not supported. Send the request as application/json.',
  },
  INTERNAL_ERROR: {
    tr: 'Beklenmeyen bir hata oluştu, veri verilmedi. Kayıt numarasını bildirin.',
    en: 'An unexpected error occurred and no data was given. Report the record number.',
  },
};
