/** What every store method throws when the database itself fails; the http room answers it with `store-unavailable`. */

/** The cause is the driver's own error, for the log. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  constructor(cause: unknown) {
    super("The database does not answer.", { cause });
  }
}
