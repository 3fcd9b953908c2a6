/** Why the server does not start to listen, in words that an operator can act on. */

/** Thrown by `createHttpServer` only: nothing can go on without it, and `main.ts` prints what it says. */
export class StartRefusal extends Error {
  override readonly name = "StartRefusal";
  readonly hint: string;
  constructor(says: string, hint: string) {
    super(says);
    this.hint = hint;
  }
}
