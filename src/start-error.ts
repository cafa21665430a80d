/** Why the bot cannot start, in one sentence for whoever runs it. */
export class StartError extends Error {
  readonly code = 'START_ERROR';
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StartError';
  }
}
