import { incomplete, notice, tampered } from '../finding-text.ts';

/** Findings about personal parts, their keys and their search tags. */
export const PART_TEXTS = {
  'part-surplus': tampered(
    'Kişisel bölümü olmayan bir kayda kişisel bölüm eklenmiş. Satırı kimin eklediğini araştırın.',
    'A personal part was added to a leaf that has none. Find out who added the row.',
  ),
  'part-kid-differs': tampered(
    'Kişisel bölümün anahtar adı, kayıttaki anahtar adı değil: değiştirilmiş. Yedekle karşılaştırın.',
    'The personal part names another key than its leaf does: it was changed. Compare with a backup.',
  ),
  'part-purge-differs': tampered(
    'Kişisel bölümün yok edilme günü, kaydın tarihi ve saklama süresiyle uyuşmuyor: değiştirilmiş. Yedekle karşılaştırın.',
    'The day on which the personal part may be destroyed does not follow from the date of its leaf and its retention: it was changed. Compare with a backup.',
  ),
  'part-remains': notice(
    'Anahtarı yok edilmiş kişisel bölüm hâlâ duruyor; açılamaz. Yok etme işini yeniden çalıştırın.',
    'A personal part is still there although its keys were destroyed; nobody can open it. Run the destruction again.',
  ),
  'kid-missing': incomplete(
    'Kullanılmış bir anahtar adı kayıtlı değil: silinmiş. Aynı adla yeni anahtar üretilebilir; yedekten geri yükleyin.',
    'The name of a key that was used is not registered: it was deleted. New keys could be made under it; restore it from a backup.',
  ),
  'part-not-opened': tampered(
    'Kişisel bölüm anahtarıyla açılmıyor ya da kayıttaki taahhüde uymuyor: değiştirilmiş ya da başka bir kayda ait. Yedekle karşılaştırın.',
    'The personal part does not open with its keys, or does not fit the commitment in its leaf: it was changed or belongs to another record. Compare with a backup.',
  ),
  'part-tag-differs': tampered(
    'Kişisel bölümün arama etiketi içeriğinden hesaplanan etiket değil: kayıt aramada bulunmaz ya da yanlış kişide bulunur. Yedekle karşılaştırın.',
    'A search tag of the personal part is not the one that follows from its content: a search misses the record or finds it under another person. Compare with a backup.',
  ),
  'part-keys-missing': incomplete(
    'Saklanması gereken bir kişisel bölümün anahtarı yok. Anahtarı ayrı yedeğinden geri yükleyin.',
    'The keys of a personal part are gone although it is still to be kept. Restore them from their separate backup.',
  ),
} as const;
