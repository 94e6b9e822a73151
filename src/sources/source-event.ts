/** What happened at a source that its operators should know of. */
export interface SourceEvent {
  /**
   * `reader-lost`: what reads the source ended without being asked to; it is started anew.
   * `breaker-opened`: too many calls in a row failed; the source is left alone for a while. `breaker-closed`: it answers again.
   * `identity-unproven`: the settings let the source be asked without proof that it is the right one.
   */
  readonly kind: 'reader-lost' | 'breaker-opened' | 'breaker-closed' | 'identity-unproven';
  readonly source: string;
  /** A code; never data. */
  readonly detail: string;
}
