import { type RegisterChange } from '../gateway/register-change.ts';
import { type Sentence } from '../shared/problem.ts';

/** What to say when a change hits nothing. Names no person and no value. */
export const CONFLICTS: Readonly<Record<RegisterChange['kind'], Sentence>> = {
  'add-agency': {
    tr: 'Bu kimlikle bir kurum zaten kayıtlı. Başka bir kimlik seçin.',
    en: 'An agency with this id is registered already. Choose another id.',
  },
  'add-certificate': {
    tr: 'Sertifika zaten kayıtlı ya da kurum kayıtlı değil. Kurumu kaydedin veya yeni bir sertifika verin.',
    en: 'The certificate is registered already, or its agency is not. Register the agency or use a new certificate.',
  },
  'revoke-certificate': {
    tr: 'Sertifika kayıtlı değil ya da zaten iptal edilmiş. Parmak izini denetleyin.',
    en: 'The certificate is not registered, or it is revoked already. Check the fingerprint.',
  },
  'add-official': {
    tr: 'Bu personel zaten kayıtlı ya da kurumu kayıtlı değil. Kimliği ve kurumu denetleyin.',
    en: 'The official is registered already, or the agency is not. Check the id and the agency.',
  },
  'add-authority': {
    tr: 'Personelin bu protokolde yetkisi zaten var ya da personel kayıtlı değil. Listeyi denetleyin.',
    en: 'The official has an authority under this agreement already, or is not registered. Check the list.',
  },
  'end-authority': {
    tr: 'Personelin bu protokolde süren bir yetkisi yok. Personel listesini denetleyin.',
    en: 'The official has no authority under this agreement that could end. Check the list of personnel.',
  },
  'set-activation': {
    tr: 'Protokolün durumu kaydedilemedi. Protokolü denetleyin.',
    en: 'The state of the agreement could not be set. Check the agreement.',
  },
  'lower-limit': {
    tr: 'Sınır sıfır ya da daha büyük bir tam sayı olmalıdır. Sayıyı düzeltin.',
    en: 'A limit is a whole number of at least zero. Correct the number.',
  },
  'restore-limit': {
    tr: 'Burada düşürülmüş bir sınır yok. Sınırları "gecit quota show" ile görün.',
    en: 'There is no lowered limit here. See the limits with "gecit quota show".',
  },
  'add-operator': {
    tr: 'Bu kimlikle bir operatör zaten kayıtlı. Başka bir kimlik seçin.',
    en: 'An operator with this id is registered already. Choose another id.',
  },
  'end-operator': {
    tr: 'Operatör kayıtlı değil ya da görevi zaten bitmiş. Operatörleri "gecit operator list" ile görün.',
    en: 'The operator is not registered, or has ended already. See the operators with "gecit operator list".',
  },
  'place-hold': {
    tr: 'Tutma kararı kaydedilemedi: bu kimlik zaten var. Komutu yeniden çalıştırın.',
    en: 'The hold could not be recorded: the id exists already. Run the command again.',
  },
  'lift-hold': {
    tr: 'Bu kimlikte süren bir tutma kararı yok. "gecit audit hold list" ile bakın.',
    en: 'There is no hold in force with this id. See "gecit audit hold list".',
  },
  'add-plan': {
    tr: 'Bu kimlikte bir plan zaten var. Komutu yeniden çalıştırın.',
    en: 'A plan with this id exists already. Run the command again.',
  },
  'approve-plan': {
    tr: 'Bu planı siz ya da aynı anahtar zaten onayladı. İkinci onayı başka bir operatör kendi anahtarıyla vermelidir.',
    en: 'You, or the same key, have approved this plan already. Another operator must approve it with a key of their own.',
  },
  'destroy-kid': {
    tr: 'Anahtarlar yok edilemez: görevi süren iki operatörün onayı eksik, bir tutma kararı var ya da bu anahtarlar zaten yok edildi.',
    en: 'The keys cannot be destroyed: the approval of two operators who may act is missing, a hold covers them, or they are gone already.',
  },
};
