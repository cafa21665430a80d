// Loaded before the browser tests by `npm run pictures`: what they picture goes into the documents. An environment
// variable in front of a command is something that cmd.exe does not know.
process.env.PICTURES = 'docs';
