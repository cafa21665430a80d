'use strict';

// Loaded before everything else, by any Node from 12 on: older ones than 24 cannot read what comes next, and would say
// so with a stack. `npm ci` brings Node 24 as a package, whose install script puts it where npm scripts find it first.

const NEEDED = 24;

const { node } = process.versions;
if (Number(node.split('.', 1)[0]) < NEEDED) {
  process.stderr.write(
    `This needs Node ${NEEDED} or newer, and was started with ${node}. The package "node" brings the right one, but is not there (npm ci has not run, or left out ` +
      'optional packages or their install scripts): type "npm ci" without --omit=optional and --ignore-scripts, and start it with npm.\n',
  );
  process.exit(1);
}
