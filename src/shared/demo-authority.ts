/** Common name of the authority that signs every certificate of a demo realm. */
export const DEMO_AUTHORITY = 'Geçit Demo Sertifika Makamı';
